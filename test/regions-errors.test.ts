import { afterEach, describe, expect, test } from "vitest";
import { allocate, diceCoefficient, diceLoss, generalizedDiceLoss, overlap, valueAndGradient } from "../src/index.ts";
import { ALL_MEASURES, ALL_NAMES } from "./compounds-table.ts";
import type { RegionOptions } from "./regions-reference.ts";
import { type Kind, throws, untyped } from "./throws.ts";

const prediction = Float32Array.of(0.9, 0.2, 0.8, 0.1, 0.8, 0.2);
const labels = Uint8Array.of(0, 1, 0);
const shape = [1, 2, 3];
const expected = 1 - ((2 * 1.7 + 1) / (1.9 + 2 + 1) + (2 * 0.8 + 1) / (1.1 + 1 + 1)) / 2;

afterEach(() => {
  // nothing was changed, and the next call works
  expect(prediction).toEqual(Float32Array.of(0.9, 0.2, 0.8, 0.1, 0.8, 0.2));
  expect(labels).toEqual(Uint8Array.of(0, 1, 0));
  expect(shape).toEqual([1, 2, 3]);
  expect(diceLoss(prediction, labels, { shape })).toBeCloseTo(expected, 6);
});

describe.each(ALL_NAMES)("%s refuses", (name) => {
  const call = ALL_MEASURES[name] as (p: unknown, t: unknown, o?: unknown) => unknown;
  const refuses = (options: object, kind: Kind, ...messages: string[]) =>
    throws(() => call(prediction, labels, { shape, ...options }), kind, ...messages);

  test("a shape that the lengths do not match, naming both", () => {
    refuses(
      { shape: [1, 2, 4] },
      RangeError,
      '"prediction" expected length 8 ("shape" is 1 samples × 2 classes × 4 positions), got 6',
    );
    throws(() => call(prediction, Uint8Array.of(0, 1), { shape }), RangeError, '"target" expected length 3', "got 2");
    throws(() => call(prediction, new Float32Array(5), { shape }), RangeError, '"target" expected length 6', "got 5");
    throws(
      () => call(prediction, labels),
      RangeError,
      '"target" expected length 6 (as "prediction"; a label map needs a "shape", [N, C, …]), got 3',
    );
  });

  const shapes: [unknown, Kind, string][] = [
    [[6], RangeError, '"shape" expected two axes or more, [N, C, …] or [N, …, C], got [6]'],
    [[], RangeError, '"shape" expected two axes or more'],
    [[1, 2, 1.5], RangeError, '"shape[2]" expected a whole number of 0 or more, got 1.5'],
    [[-1, 2, 3], RangeError, '"shape[0]" expected a whole number of 0 or more, got -1'],
    [[1, 0, 3], RangeError, '"shape[1]" expected a whole number of 1 or more, got 0'],
    [[1, 2, Number.NaN], RangeError, '"shape[2]" expected a whole number of 0 or more, got NaN'],
    [[1, 2, "3"], TypeError, '"shape[2]" expected a number, got "3"'],
    [[Symbol("n")], TypeError, '"shape[0]" expected a number, got Symbol(n)'],
    [6, TypeError, '"shape" expected an array of axes'],
    ["1,2,3", TypeError, '"shape" expected an array of axes'],
    [null, TypeError, '"shape" expected an array of axes, [N, C, …] or [N, …, C], got null'],
    [Int32Array.of(1, 2, 3), TypeError, "got Int32Array(3)"],
    // biome-ignore lint/suspicious/noSparseArray: the hole is the point
    [[1, 2, 3, ,], TypeError, '"shape[3]" expected a number, got undefined'],
  ];
  test.each(shapes)("the shape %o", (wrong, kind, message) => refuses({ shape: wrong }, kind, message));

  const words: [string, unknown, Kind, string][] = [
    ["layout", "NCHW", RangeError, '"layout" expected "channels-first" or "channels-last", got "NCHW"'],
    ["layout", 1, TypeError, '"layout" expected "channels-first" or "channels-last", got 1'],
    ["activation", "relu", RangeError, '"activation" expected "none" or "sigmoid" or "softmax", got "relu"'],
    ["activation", true, TypeError, '"activation" expected'],
    ["reduction", "average", RangeError, '"reduction" expected "mean" or "sum"'],
    ["reduction", null, TypeError, '"reduction" expected "mean" or "sum"'],
    ["batch", 1, TypeError, '"batch" expected true or false, got 1'],
    ["includeBackground", "no", TypeError, '"includeBackground" expected true or false, got "no"'],
    ["ignoreIndex", "255", TypeError, '"ignoreIndex" expected a number, got "255"'],
    ["ignoreIndex", 1.5, RangeError, '"ignoreIndex" expected a whole number of 32 bits, got 1.5'],
    ["ignoreIndex", 2 ** 32, RangeError, '"ignoreIndex" expected a whole number of 32 bits, got 4294967296'],
    ["mask", [1, 1, 1], TypeError, '"mask" expected a Uint8Array, got Array(3)'],
    ["mask", Int8Array.of(1, 1, 1), TypeError, '"mask" expected a Uint8Array, got Int8Array(3)'],
    ["mask", new Uint8Array(6), RangeError, '"mask" expected length 3, one for each position, got 6'],
    ["mask", new Uint8Array(0), RangeError, '"mask" expected length 3, one for each position, got 0'],
  ];
  test.each(words)("%s: %o", (option, wrong, kind, message) => refuses({ [option]: wrong }, kind, message));

  test("a layout without a shape, which would mean nothing", () => {
    const message = '"layout" expected a "shape" beside it, got "channels-last" alone';
    throws(() => call([1, 0], [1, 0], { layout: "channels-last" }), RangeError, message);
    throws(() => allocate(2, { layout: "channels-last" }), RangeError, message);
  });

  test("labels out of range, naming the first position and value", () => {
    const refusesLabels = (target: unknown, ...messages: string[]) =>
      throws(() => call(prediction, target, { shape }), RangeError, '"target" expected labels from 0 to 1', ...messages);
    refusesLabels(Uint8Array.of(0, 2, 3), "got 2 at position 1", "ignoreIndex leaves one more label out");
    refusesLabels(Uint8Array.of(0, 1, 255), "target.map((v) => v > 0 ? 1 : 0) makes a mask of 0 and 1, got 255 at position 2");
    refusesLabels(Int16Array.of(-1, 1, 2), "got -1 at position 0");
    refusesLabels(Int32Array.of(0, -(2 ** 31), 2), "got -2147483648 at position 1");
    refusesLabels(Uint32Array.of(0, 1, 2 ** 32 - 1), "got 4294967295 at position 2");
    throws(() => call(prediction, Uint8Array.of(255, 1, 254), { shape, ignoreIndex: 255 }), RangeError, "got 254 at position 2");
  });

  test("labels out of range beyond the first block and the first sample, by the position in the whole array", () => {
    for (const layout of ["channels-first", "channels-last"]) {
      const whole = layout === "channels-last" ? [2, 6000, 2] : [2, 2, 6000];
      for (const at of [0, 4095, 4096, 5999, 6000, 11999]) {
        const target = new Uint16Array(12000);
        target[at] = 300;
        const message = `got 300 at position ${at}`;
        throws(() => call(new Float32Array(24000), target, { shape: whole, layout }), RangeError, message);
      }
    }
  });

  test("ignoreIndex with a target of floats", () => {
    throws(
      () => call(prediction, prediction, { shape, ignoreIndex: 0 }),
      RangeError,
      '"ignoreIndex" expected a target of integers',
    );
  });

  test("one-hot integers for a label map, and a label map of floats for one-hot, saying which", () => {
    const oneHot = Uint8Array.of(1, 0, 1, 0, 1, 0);
    throws(
      () => call(prediction, oneHot, { shape }),
      RangeError,
      "one label for each position",
      "one-hot target is of floats: Float32Array.from(target)",
    );
    const map = Float32Array.of(0, 1, 0);
    throws(
      () => call(prediction, map, { shape }),
      RangeError,
      "a label map is an integer typed array, of length 3",
      "got 3 floats",
    );
  });

  test("softmax, and a background left out, with one class", () => {
    const one = { shape: [2, 1, 3] };
    const mask = new Uint8Array(6);
    const softmax = '"activation" expected "sigmoid" or "none" with one class';
    throws(() => call(prediction, mask, { ...one, activation: "softmax" }), RangeError, softmax);
    throws(() => call(prediction, mask, { activation: "softmax" }), RangeError, softmax);
    const background = '"includeBackground" expected true with one class alone, got false';
    throws(() => call(prediction, mask, { ...one, includeBackground: false }), RangeError, background);
    throws(() => call(prediction, mask, { includeBackground: false }), RangeError, background);
    throws(() => call(prediction, Uint8Array.of(0, 1, 2, 0, 0, 0), one), RangeError, "got 2 at position 2");
  });
});

describe("weights", () => {
  const wrong: [unknown, Kind, string][] = [
    [[1], RangeError, '"weights" expected 2 weights, one for each class kept, got 1'],
    [[1, 1, 1], RangeError, '"weights" expected 2 weights, one for each class kept, got 3'],
    [[], RangeError, '"weights" expected 2 weights, one for each class kept, got 0'],
    [[1, -1], RangeError, '"weights[1]" expected a finite number of 0 or more, got -1'],
    [[Number.NaN, 1], RangeError, '"weights[0]" expected a finite number of 0 or more, got NaN'],
    [[1, Infinity], RangeError, '"weights[1]" expected a finite number of 0 or more, got Infinity'],
    [[0, 0], RangeError, '"weights" expected a finite sum above 0, of the classes kept, got 0'],
    [[1, "1"], TypeError, '"weights[1]" expected a number, got "1"'],
    [1, TypeError, '"weights" expected an array of numbers, one for each class kept, got 1'],
    [{ 0: 1, 1: 1, length: 2 }, TypeError, '"weights" expected an array of numbers'],
    [null, TypeError, '"weights" expected an array of numbers, one for each class kept, got null'],
  ];
  test.each(wrong)("%o", (weights, kind, message) => {
    throws(() => diceLoss(prediction, labels, { shape, weights } as object), kind, message);
    throws(() => diceLoss(overlap(prediction, labels, { shape }), { weights } as object), kind, message);
  });

  test("are for the classes kept, and not for generalized Dice, which weighs them itself", () => {
    throws(
      () => diceLoss(prediction, labels, { shape, includeBackground: false, weights: [1, 1] }),
      RangeError,
      '"weights" expected 1 weights, one for each class kept, got 2',
    );
    throws(() => generalizedDiceLoss(prediction, labels, { shape, weights: [1, 1] } as object), TypeError, 'got "weights"');
    const message = '"weighting" expected "square" or "simple" or "uniform", got "cube"';
    throws(() => generalizedDiceLoss(prediction, labels, { shape, weighting: "cube" as "square" }), RangeError, message);
    throws(() => diceLoss(prediction, labels, { shape, weighting: "square" } as object), TypeError, 'got "weighting"');
  });
});

describe("what is no error", () => {
  test("an ignoreIndex that is a class, or that no label has", () => {
    const masked = diceLoss(prediction, labels, { shape, mask: Uint8Array.of(1, 0, 1) });
    expect(diceLoss(prediction, labels, { shape, ignoreIndex: 1 })).toBe(masked);
    for (const ignoreIndex of [255, -1, -(2 ** 31), 2 ** 32 - 1])
      expect(diceLoss(prediction, labels, { shape, ignoreIndex })).toBeCloseTo(expected, 6);
  });

  test("ignoreIndex is the value and not its bits: 4294967295 is not −1", () => {
    const far = Uint32Array.of(0, 1, 2 ** 32 - 1);
    throws(() => diceLoss(prediction, far, { shape, ignoreIndex: -1 }), RangeError, "got 4294967295 at position 2");
    const low = Int32Array.of(0, 1, -1);
    throws(() => diceLoss(prediction, low, { shape, ignoreIndex: 2 ** 32 - 1 }), RangeError, "got -1 at position 2");
  });
});

test("an overlap is not given what says how it is taken", () => {
  const sums = overlap(prediction, labels, { shape });
  const late: RegionOptions = {
    shape,
    activation: "sigmoid",
    mask: new Uint8Array(3),
    ignoreIndex: 1,
    threshold: 0.5,
    layout: "channels-last",
  };
  for (const [name, value] of Object.entries(late)) {
    const message = `"${name}" expected to be given where the overlap is taken`;
    for (const measure of [diceCoefficient, diceLoss]) throws(() => measure(sums, { [name]: value }), RangeError, message);
    throws(() => generalizedDiceLoss(sums, { [name]: value }), RangeError, message);
  }
  throws(() => diceLoss(overlap([1], [1]), { includeBackground: false }), RangeError, '"includeBackground" expected true');
});

test("a label out of range is found before a gradient is written", () => {
  for (const layout of ["channels-first", "channels-last"] as const) {
    for (const activation of ["none", "sigmoid", "softmax"] as const) {
      const gradient = new Float32Array(18000).fill(7);
      const target = new Uint8Array(9000);
      target[8999] = 2;
      const whole = layout === "channels-last" ? [1, 9000, 2] : [1, 2, 9000];
      const options = { shape: whole, layout, gradient, activation };
      throws(() => valueAndGradient(diceLoss, new Float32Array(18000), target, options), RangeError, "got 2 at position 8999");
      expect(gradient).toEqual(new Float32Array(18000).fill(7));
    }
  }
  const gradient = new Float32Array(9000).fill(7);
  const mask = new Int16Array(9000);
  mask[8999] = -1;
  throws(
    () => valueAndGradient(diceLoss, new Float32Array(9000), mask, { activation: "sigmoid", gradient }),
    RangeError,
    "got -1",
  );
  const holes = new Array(9000).fill(0);
  delete holes[8999];
  throws(() => valueAndGradient(diceLoss, holes, new Uint8Array(9000), { activation: "sigmoid", gradient }), TypeError, "[8999]");
  expect(gradient).toEqual(new Float32Array(9000).fill(7));
});

test("more classes than there is room for, naming the most, which are taken", () => {
  const few = Uint8Array.of(0, 1, 1);
  const scores = (classes: number) => new Float32Array(3 * classes).fill(1 / classes);
  const most = (call: (classes: number) => unknown): number => {
    try {
      call(40_000);
    } catch (error) {
      return Number(/"shape" expected at most (\d+) classes, got 40000/.exec((error as Error).message)?.[1]);
    }
    return Number.NaN;
  };
  const ofValue = (classes: number) => diceLoss(scores(classes), few, { shape: [1, classes, 3] });
  const ofGradient = (classes: number) => valueAndGradient(diceLoss, scores(classes), few, { shape: [1, classes, 3] }).value;
  const ofLast = (classes: number) => diceLoss(scores(classes), few, { shape: [1, 3, classes], layout: "channels-last" });
  for (const [call, documented] of [
    [ofValue, 32_690],
    [ofGradient, 16_345],
    [ofLast, 10_897],
  ] as const) {
    const classes = most(call);
    expect(classes).toBe(documented);
    expect(call(classes)).toBeGreaterThan(0);
    throws(() => call(classes + 1), RangeError, `at most ${classes} classes`);
  }
});

test("lengths that no layout fits are told as they were read", () => {
  const shape = [1, 2, 2];
  const four = [1, 1, 1, 1];
  const read = '("shape" is 1 samples × 2 classes × 2 positions), got 3';
  throws(() => diceLoss(four, Uint8Array.of(1, 1, 1), { shape }), RangeError, `2, one label for each position ${read}`);
  throws(() => diceLoss(four, [1, 1, 1], { shape }), RangeError, `"target" expected length 4, one for each element ${read}`);
  throws(() => diceLoss(four, Uint8Array.of(1, 0, 0, 1), { shape }), RangeError, "Float32Array.from(target)), got 4 integers");
  throws(() => diceLoss(four, [1, 0], { shape }), RangeError, "got 2 floats");
});

test("an ignored label beyond 32 bits, and a label that is neither a class nor ignored", () => {
  const beyond = { ignoreIndex: -(2 ** 31) - 1 };
  const message = '"ignoreIndex" expected a whole number of 32 bits, got -2147483649';
  throws(() => diceLoss([1], Int32Array.of(1), beyond), RangeError, message);
  const options = { shape: [1, 3, 2], ignoreIndex: 255 };
  const told = '"target" expected labels from 0 to 2 or the ignored 255, got 9 at position 1';
  throws(() => diceLoss(prediction, Uint8Array.of(1, 9), options), RangeError, told);
});

test("a gradient of classes that are not there", () => {
  const oneClass = () => valueAndGradient(diceLoss, [1], [1], { includeBackground: false });
  throws(oneClass, RangeError, '"includeBackground" expected true with one class alone, got false');
  const oneWeight = () => valueAndGradient(diceLoss, [1, 0], [1, 0], { shape: [1, 2, 1], weights: [1] });
  throws(oneWeight, RangeError, '"weights" expected 2 weights, one for each class kept, got 1');
});

test("half a smoothing, weights with holes, and weights whose sum is infinite", () => {
  for (const smooth of [{ numerator: 1 }, { denominator: 1 }, {}])
    throws(() => untyped(diceLoss)([1], [1], { smooth }), TypeError, '"smooth" expected both a numerator and a denominator');
  const withWeights = (weights: unknown) => () => untyped(diceLoss)([1, 0], [1, 0], { shape: [1, 2, 1], weights });
  throws(withWeights([1, undefined]), TypeError, '"weights[1]" expected a number, got undefined');
  throws(withWeights(new Array(2)), TypeError, '"weights[0]" expected a number, got undefined');
  throws(withWeights([1.7e308, 1.7e308]), RangeError, '"weights" expected a finite sum above 0');
});
