// The sums: how exact they are, and that pieces add up to the whole.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diceCoefficient, Overlap, overlap } from "../src/index.ts";
import { GRID } from "../src/passes.ts";
import { referenceSums } from "./reference.ts";
import { LENGTHS, maskOf, type Pair, random, softPair } from "./table.ts";

const part = ({ prediction, target }: Pair, from: number, to: number) =>
  overlap(prediction.subarray(from, to), target.subarray(from, to));

describe("the sums", () => {
  test("are within 1e-7 of the float64 reference at every length around the tiles", () => {
    for (const length of LENGTHS) {
      const { prediction, target } = softPair(length, length);
      for (const intersection of ["product", "minimum"] as const) {
        const sums = overlap(prediction, target, { intersection });
        for (const [name, expected] of Object.entries(referenceSums(prediction, target, { intersection }))) {
          const [sum] = sums[name as "intersection"];
          expect(Math.abs(sum - expected), `${name}, length ${length}`).toBeLessThanOrEqual(1e-7 * expected);
        }
        expect([...sums.positions]).toEqual([length]);
      }
    }
  });

  test("of masks are exact integers", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60_000 }), fc.integer(), (length, seed) => {
        const [p, t] = [maskOf(length, seed), maskOf(length, seed + 1)];
        const both = p.reduce((sum, v, i) => sum + v * t[i], 0);
        const ones = (mask: Uint8Array) => mask.reduce((sum, v) => sum + v, 0);
        const { sums } = overlap(Float32Array.from(p), t).toJSON();
        expect(sums.intersection).toEqual([both]);
        expect(sums.prediction).toEqual([ones(p)]);
        expect(sums.target).toEqual([ones(t)]);
      }),
      { numRuns: 30 },
    );
  });

  const million = 1_000_000;
  const next = random(1);
  const adversaries: [string, Float32Array][] = [
    ...[0.1, 1 / 3, 0.7, 0.999, 3e-5].map((v): [string, Float32Array] => [`all ${v}`, new Float32Array(million).fill(v)]),
    ["tiny beside large, in turn", Float32Array.from({ length: million }, (_, i) => (i % 2 ? 1 : 5.9e-8))],
    ["one large in a thousand", Float32Array.from({ length: million }, (_, i) => (i % 1000 ? 1e-6 : 1))],
    ["the large first", Float32Array.from({ length: million }, (_, i) => (i < 1000 ? 1 : 1e-7))],
    ["sorted up", Float32Array.from({ length: million }, (_, i) => i / million)],
    ["sorted down", Float32Array.from({ length: million }, (_, i) => 1 - i / million)],
    ["many orders of magnitude", Float32Array.from({ length: million }, () => 10 ** (-12 * next()))],
  ];
  test.each(adversaries)("are within 1e-7 on adversarial data: %s", (_, data) => {
    const other = softPair(data.length, 4).target;
    for (const [p, t] of [
      [data, data],
      [data, other],
      [other, data],
    ]) {
      const sums = overlap(p, t);
      for (const [name, expected] of Object.entries(referenceSums(p, t))) {
        expect(Math.abs(sums[name as "intersection"][0] / expected - 1), name).toBeLessThanOrEqual(1e-7);
      }
    }
  });
});

test("data made so that every addition of a tile rounds down stay within the bound that is proven, 6·2⁻²⁴", () => {
  const tile = new Float32Array(128).fill(1, 0, 4);
  for (const vector of [1, 2, 4, 8, 16]) tile.fill(0.999 * 2 ** -24, 4 * vector, 4 * vector + 4); // half a step of 1, nearly
  const data = Float32Array.from({ length: 8192 }, (_, i) => tile[i % 128]);
  const sums = overlap(data, new Float32Array(8192).fill(1));
  const expected = referenceSums(data, data).prediction;
  for (const sum of [sums.prediction[0], sums.intersection[0]]) {
    expect(1 - sum / expected).toBeGreaterThan(2.9e-7);
    expect(1 - sum / expected).toBeLessThanOrEqual(6 * 2 ** -24);
  }
});

describe("split and add = whole", () => {
  const length = 5 * GRID + 1234;
  const soft = softPair(length, 8);
  const whole = part(soft, 0, length).toJSON();

  test("to the bit at every multiple of the grid, in any order", () => {
    const cuts = [0, GRID, 2 * GRID, 3 * GRID, 4 * GRID, 5 * GRID, length];
    const pieces = cuts.slice(1).map((end, k) => part(soft, cuts[k], end));
    fc.assert(
      fc.property(fc.shuffledSubarray(pieces, { minLength: pieces.length }), (order) => {
        expect(order.reduce((sum, piece) => sum.add(piece), new Overlap()).toJSON()).toEqual(whole);
      }),
    );
  });

  test("to the bit on the grid when values span many orders of magnitude", () => {
    const next = random(2);
    const wide = () => Float32Array.from({ length }, () => 10 ** (-14 * next()));
    const pair = { prediction: wide(), target: wide() };
    const expected = part(pair, 0, length).toJSON();
    for (let k = 1; k <= 5; k++) {
      const [head, tail] = [part(pair, 0, k * GRID), part(pair, k * GRID, length)];
      expect(new Overlap().add(head).add(tail).toJSON()).toEqual(expected);
      expect(new Overlap().add(tail).add(head).toJSON()).toEqual(expected);
    }
  });

  test("to the bit anywhere, where float32 adds exactly", () => {
    const next = random(3);
    const steps = () => Float32Array.from({ length }, () => Math.floor(next() * 64) / 64);
    const pair = { prediction: steps(), target: steps() };
    const expected = part(pair, 0, length).toJSON();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: length }), (cut) => {
        expect(
          part(pair, 0, cut)
            .add(part(pair, cut, length))
            .toJSON(),
        ).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });

  test("within the bound of both anywhere else", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: length }), (cut) => {
        const merged = part(soft, 0, cut)
          .add(part(soft, cut, length))
          .toJSON();
        for (const [name, [expected]] of Object.entries(whole.sums)) {
          expect(Math.abs(merged.sums[name as "target"][0] / expected - 1)).toBeLessThanOrEqual(2e-7);
        }
        expect(merged.sums.positions).toEqual([length]);
      }),
      { numRuns: 50 },
    );
  });

  test("an overlap of pieces pools them: it is not the mean of theirs", () => {
    const sums = overlap([1, 0], [1, 0]).add(overlap([1, 1], [0, 0]));
    expect(diceCoefficient(sums, { smooth: 0 })).toBe(diceCoefficient([1, 0, 1, 1], [1, 0, 0, 0], { smooth: 0 }));
  });
});
