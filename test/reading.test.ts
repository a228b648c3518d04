// What a call reads of what it is given: each thing once, also where reading it runs a user's code.
import { describe, expect, test } from "vitest";
import { allocate, diceLoss, jaccardLoss, overlap, valueAndGradient } from "../src/index.ts";
import { softPair } from "./table.ts";

/** An array that runs something whenever its first element is read, as the arrays of some frameworks do. */
function watched(values: readonly number[], run: () => void): number[] {
  const get = (array: number[], key: string | symbol) => {
    if (key === "0") run();
    return array[key as unknown as number];
  };
  return new Proxy([...values], { get });
}

/** Gives its values in turn, and the last of them for ever. */
function changing<T>(...values: T[]): () => T {
  return () => (values.length > 1 ? (values.shift() as T) : values[0]);
}

describe("a plain array whose getters call the package", () => {
  const other = softPair(5000, 3);
  const nested = [
    () => diceLoss(other.prediction, other.target),
    () => overlap([...other.prediction], other.target),
    () => valueAndGradient(jaccardLoss, other.prediction, other.target, { activation: "sigmoid" }),
  ];
  const room = allocate(9000, { gradient: true });
  const within = () => valueAndGradient(diceLoss, room.prediction, room.target, { gradient: room.gradient });

  test.each([3, 9000])("is taken as it is, %i elements", (n) => {
    const { prediction, target } = softPair(n, n);
    const [p, t] = [[...prediction], [...target]];
    const expected = valueAndGradient(diceLoss, prediction, target);
    room.target.subarray(0, n).set(target);
    for (const run of [...nested, within]) {
      expect(diceLoss(watched(p, run), t)).toBe(expected.value);
      expect(diceLoss(p, watched(t, run))).toBe(expected.value);
      expect(diceLoss(watched(p, run), room.target.subarray(0, n))).toBe(expected.value);
      expect(valueAndGradient(diceLoss, watched(p, run), t)).toEqual(expected);
      expect(overlap(watched(p, run), t).toJSON()).toEqual(overlap(prediction, target).toJSON());
    }
  });

  test("may throw, and the next call is right", () => {
    const fail = () => {
      throw new RangeError("not today");
    };
    const { prediction, target } = softPair(100, 1);
    const expected = diceLoss(prediction, target);
    expect(() => diceLoss(watched([...prediction], fail), target)).toThrow("not today");
    expect(diceLoss(prediction, target)).toBe(expected);
    expect(diceLoss([...prediction], [...target])).toBe(expected);
  });
});

test("weights are the same for the value and for its slopes", () => {
  const { prediction, target } = softPair(6, 2);
  const shape = [1, 2, 3];
  const weights = [1, 3];
  const expected = valueAndGradient(diceLoss, prediction, target, { shape, weights });
  const second = changing(3, 1);
  const fickle = Object.defineProperty([1, 3], 1, { get: second });
  expect(valueAndGradient(diceLoss, prediction, target, { shape, weights: fickle })).toEqual(expected);
});

test("a shape is the one that was checked", () => {
  const shape = Object.defineProperty([1, 1, 4], 1, { get: changing(1, 0.5) });
  expect(diceLoss([1, 1, 0, 0], [1, 0, 1, 0], { shape })).toBe(diceLoss([1, 1, 0, 0], [1, 0, 1, 0]));
});
