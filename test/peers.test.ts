// The peers' own numbers: every case of the number file through this package's public functions.
import { describe, expect, test } from "vitest";
import { ABSENT, type Case, type Expected, expectedOf, flat, isWhole, keyOf, readCases, titleOf } from "./peers/case.ts";
import { DIFFERENCES } from "./peers/differences.ts";
import { CANCELLING, ELSEWHERE, GRADIENT_FLOOR, HARD, SATURATED, SOFT, VALUE_FLOOR } from "./peers.ts";

const cases = readCases();
const ADAPTERS = { ...SOFT, ...HARD };
const kinds = [...Object.keys(ADAPTERS), ...ELSEWHERE];

/** Whether each value is within the case's own tolerance, or the floor where that is wider; NaN stands for itself. */
function agree({ rtol, atol }: Case, values: ArrayLike<number>, expected: readonly number[], floor: number): boolean {
  if (values.length !== expected.length) return false;
  return expected.every((value, i) => {
    if (Number.isNaN(value)) return Number.isNaN(values[i]);
    return Math.abs(values[i] - value) <= Math.max(atol + rtol * Math.abs(value), floor);
  });
}

/** The largest without its sign; NaN does not count. */
function largestOf(values: readonly number[]): number {
  return Math.max(0, ...values.filter((value) => !Number.isNaN(value)).map(Math.abs));
}

function floorsOf({ kind, params }: Case): number {
  if (kind in HARD) return 0;
  return params.other_act === "tanh" ? CANCELLING : 1;
}

function valuesAgree(given: Case, values: ArrayLike<number>, expected: readonly number[]): boolean {
  return agree(given, values, expected, floorsOf(given) * VALUE_FLOOR * Math.max(1, largestOf(expected)));
}

function gradientsAgree(given: Case, gradient: ArrayLike<number>, expected: readonly number[]): boolean {
  return agree(given, gradient, expected, floorsOf(given) * GRADIENT_FLOOR * largestOf(expected) + SATURATED);
}

function check(given: Case, expected: Expected): void {
  const { values, gradient = [], notNans } = ADAPTERS[given.kind](given);
  expect(valuesAgree(given, values, expected.values), `${Array.from(values)} for ${expected.values}`).toBe(true);
  if (given.not_nans !== undefined) expect(notNans).toEqual(flat(given.not_nans));
  if (!expected.gradient) return;
  const shown = `gradient ${Array.from(gradient).slice(0, 8)} … for ${expected.gradient.slice(0, 8)} …`;
  expect(gradientsAgree(given, gradient, expected.gradient), shown).toBe(true);
}

/** What a case should give: the peer's numbers, or this package's own where they differ on purpose. */
function meantFor(given: Case): { expected: Expected; reason?: string } {
  const theirs = expectedOf(given);
  const isTheirs = ({ values, gradient = [] }: Expected) =>
    valuesAgree(given, values, theirs.values) && gradientsAgree(given, gradient, theirs.gradient ?? []);
  for (const { reason, ours } of DIFFERENCES) {
    const expected = ours(given);
    if (expected && !isTheirs(expected)) return { expected, reason };
  }
  return { expected: theirs };
}

if (!cases) test.skip(ABSENT);

describe.runIf(cases)("the peers' numbers", () => {
  const given = cases ?? [];
  const covered = given.filter(({ kind }) => kind in ADAPTERS).map((each) => ({ each, ...meantFor(each) }));
  const differing = covered.filter(({ reason }) => reason !== undefined);

  test("every kind of the file has its place", () => {
    expect(given.map(({ kind }) => kind).filter((kind) => !kinds.includes(kind))).toEqual([]);
    expect(kinds.length).toBe(new Set(kinds).size);
  });

  test("the differences are few", () => expect(differing.length).toBeLessThanOrEqual(15));

  test.runIf(isWhole)("every kind and every difference is in the file", () => {
    expect(new Set(given.map(({ kind }) => kind))).toEqual(new Set(kinds));
    for (const { reason, ids } of DIFFERENCES) {
      expect(differing.filter((each) => each.reason === reason).map(({ each }) => keyOf(each))).toEqual(ids);
    }
  });

  for (const { each, expected, reason } of covered) {
    test(reason ? `${titleOf(each)} differs: ${reason}` : titleOf(each), () => check(each, expected));
  }
});
