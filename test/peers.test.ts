// The peers' own numbers: every case of the number file through this package's public functions.
import { describe, expect, test } from "vitest";
import { ABSENT, type Case, flat, keyOf, readCases, titleOf } from "./peers/case.ts";
import { DIFFERENT, ELSEWHERE, GRADIENT_FLOOR, HARD, SOFT, VALUE_FLOOR } from "./peers.ts";

const cases = readCases();
const ADAPTERS = { ...SOFT, ...HARD };
const kinds = [...Object.keys(ADAPTERS), ...ELSEWHERE];

function expectedOf(given: Case): number[] {
  return flat(given.expected_since_pr8704 === undefined ? given.expected : given.expected_since_pr8704);
}

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

function check(given: Case): void {
  const { kind, grad, not_nans } = given;
  const { values, gradient, notNans } = ADAPTERS[kind](given);
  const expected = expectedOf(given);
  const floor = kind in HARD ? 0 : VALUE_FLOOR * Math.max(1, largestOf(expected));
  expect(agree(given, values, expected, floor), `${Array.from(values)} for ${expected}`).toBe(true);
  if (not_nans !== undefined) expect(notNans).toEqual(flat(not_nans));
  if (!grad) return;
  const shown = `gradient ${Array.from(gradient ?? []).slice(0, 8)} … for ${grad.slice(0, 8)} …`;
  expect(agree(given, gradient ?? [], grad, GRADIENT_FLOOR * largestOf(grad)), shown).toBe(true);
}

function checkDifference(given: Case): void {
  const { ours } = DIFFERENT[keyOf(given)];
  const { values } = ADAPTERS[given.kind](given);
  expect(agree(given, values, expectedOf(given), VALUE_FLOOR), "the difference is gone").toBe(false);
  expect(agree({ ...given, rtol: 0, atol: 0 }, values, ours, VALUE_FLOOR), `${Array.from(values)} for ${ours}`).toBe(true);
}

if (!cases) test.skip(ABSENT);

describe.runIf(cases)("the peers' numbers", () => {
  const given = cases ?? [];
  const covered = given.filter(({ kind }) => kind in ADAPTERS);
  const isDifferent = (each: Case): boolean => keyOf(each) in DIFFERENT;

  test("every kind of the file has its place, and every kind here is in the file", () => {
    expect(new Set(given.map(({ kind }) => kind))).toEqual(new Set(kinds));
    expect(kinds.length).toBe(new Set(kinds).size);
  });

  test("every difference is one of a case, and they are few", () => {
    expect(covered.filter(isDifferent).map(keyOf).sort()).toEqual(Object.keys(DIFFERENT).sort());
    expect(Object.keys(DIFFERENT).length).toBeLessThanOrEqual(15);
  });

  for (const each of covered) {
    if (isDifferent(each)) test(`${titleOf(each)} differs: ${DIFFERENT[keyOf(each)].reason}`, () => checkDifference(each));
    else test(titleOf(each), () => check(each));
  }
});
