import { afterEach, describe, expect, test } from "vitest";
import { diceCrossEntropyLoss, diceFocalLoss, type Loss, overlap, valueAndGradient } from "../src/index.ts";
import { COMPOUND_MEASURES, COMPOUND_NAMES } from "./compounds-table.ts";
import { LAYOUTS } from "./regions-table.ts";
import { type Kind, throws } from "./throws.ts";

const logits = Float32Array.of(2, -1, 0.5, 1, 0, -3);
const labels = Uint8Array.of(0, 1, 0);
const weights = [1, 2];
const shape = [1, 2, 3];

afterEach(() => {
  // nothing was changed, and the next call works
  expect(logits).toEqual(Float32Array.of(2, -1, 0.5, 1, 0, -3));
  expect(labels).toEqual(Uint8Array.of(0, 1, 0));
  expect(weights).toEqual([1, 2]);
  expect(shape).toEqual([1, 2, 3]);
  expect(diceCrossEntropyLoss(logits, labels, { shape })).toBeCloseTo(0.36943, 5);
  expect(diceFocalLoss([2, -1, 0.5], [1, 0, 1])).toBeCloseTo(0.191125, 5);
});

const amounts: [unknown, Kind, string][] = [
  [-1, RangeError, "expected a finite number of 0 or more, got -1"],
  [Number.NaN, RangeError, "expected a finite number of 0 or more, got NaN"],
  [Infinity, RangeError, "expected a finite number of 0 or more, got Infinity"],
  ["1", TypeError, 'expected a number, got "1"'],
  [null, TypeError, "expected a number, got null"],
  [[1], TypeError, "expected a number, got Array(1)"],
];
const shares: [unknown, Kind, string][] = [
  [-0.1, RangeError, "expected a number from 0 to 1, got -0.1"],
  [1.1, RangeError, "expected a number from 0 to 1, got 1.1"],
  [Number.NaN, RangeError, "expected a number from 0 to 1, got NaN"],
  ["0.5", TypeError, 'expected a number, got "0.5"'],
  [null, TypeError, "expected a number, got null"],
];
const OWN = {
  diceCrossEntropyLoss: { lambdaDice: amounts, lambdaCrossEntropy: amounts, labelSmoothing: shares },
  diceFocalLoss: { lambdaDice: amounts, lambdaFocal: amounts, gamma: amounts, alpha: shares },
} as const;
const OTHERS = {
  diceCrossEntropyLoss: ["lambdaFocal", "gamma", "alpha", "beta", "weighting", "lambdaCE", "gradient"],
  diceFocalLoss: ["lambdaCrossEntropy", "labelSmoothing", "beta", "weighting", "gradient"],
} as const;

describe.each(COMPOUND_NAMES)("%s refuses", (name) => {
  const call = COMPOUND_MEASURES[name] as (p: unknown, t: unknown, o?: unknown) => unknown;
  const slope = (options: object) => valueAndGradient(COMPOUND_MEASURES[name] as Loss, logits, labels, { shape, ...options });

  test("an activation of null", () => {
    throws(() => call(logits, labels, { shape, activation: null }), TypeError, '"activation" expected "none" or');
    throws(() => slope({ activation: null }), TypeError, '"activation" expected "none" or');
  });

  for (const [option, wrong] of Object.entries(OWN[name])) {
    test.each(wrong)(`${option}: %o`, (value, kind, message) => {
      throws(() => call(logits, labels, { shape, [option]: value }), kind, `"${option}" ${message}`);
      throws(() => slope({ [option]: value }), kind, `"${option}" ${message}`);
    });
  }

  test.each(OTHERS[name])("the option %s, which is not its own", (option) => {
    throws(
      () => call(logits, labels, { shape, [option]: 1 }),
      TypeError,
      `"options" expected the names that ${name} knows`,
      `got "${option}"`,
    );
  });

  test("an overlap, whose sums do not tell", () => {
    const message = '"prediction" expected an array (the sums of an Overlap do not tell';
    for (const options of [undefined, { lambdaDice: 1 }])
      throws(() => call(overlap(logits, labels, { shape }), options), TypeError, message);
  });

  test("a prediction or a target of another kind", () => {
    throws(() => call("logits", labels, { shape }), TypeError, '"prediction"');
    throws(() => call(Int32Array.of(1, 2, 3, 4, 5, 6), labels, { shape }), TypeError, '"prediction"');
    throws(() => call(undefined, labels, { shape }), TypeError, '"prediction"');
    throws(() => call(logits, undefined, { shape }), TypeError, '"target"');
    throws(() => call(logits, labels, "mean"), TypeError, '"options" expected a plain object');
  });

  test("a form, a smoothing or an activation that is none", () => {
    throws(() => call(logits, labels, { shape, form: "cube" }), RangeError, '"form" expected');
    throws(() => call(logits, labels, { shape, smooth: -1 }), RangeError, '"smooth" expected');
    throws(() => call(logits, labels, { shape, activation: "tanh" }), RangeError, '"activation" expected');
    throws(() => call(logits, labels, { shape, empty: 2 }), RangeError, '"empty" expected');
  });

  test("a threshold where a gradient is wanted", () => {
    throws(() => slope({ threshold: 0.5 }), RangeError, '"threshold" expected nothing');
  });

  test("a gradient that is too short or in the way, and writes nothing", () => {
    const short = new Float32Array(5).fill(7);
    throws(() => slope({ gradient: short }), RangeError, '"gradient"');
    expect(short).toEqual(new Float32Array(5).fill(7));
    throws(() => slope({ gradient: logits }), RangeError, '"gradient"');
    throws(() => slope({ gradient: new Float64Array(6) }), TypeError, '"gradient"');
  });

  test("a label out of range, before a gradient is written", () => {
    for (const layout of LAYOUTS) {
      const gradient = new Float32Array(12000).fill(7);
      const target = new Uint8Array(6000);
      target[5999] = 2;
      const whole = layout === "channels-last" ? [1, 6000, 2] : [1, 2, 6000];
      const options = { shape: whole, layout, gradient };
      const call = () => valueAndGradient(COMPOUND_MEASURES[name] as Loss, new Float32Array(12000), target, options);
      throws(call, RangeError, "got 2 at position 5999");
      expect(gradient).toEqual(new Float32Array(12000).fill(7));
    }
  });
});

describe("cross-entropy refuses", () => {
  test('the reduction "none", for it is of no region', () => {
    const message = '"reduction" expected "mean" or "sum", got "none"';
    const none = { shape, reduction: "none" } as object;
    throws(() => diceCrossEntropyLoss(logits, labels, none), RangeError, message);
    throws(() => valueAndGradient(diceCrossEntropyLoss, logits, labels, none), RangeError, message);
  });

  test("label smoothing of one class, but for 0", () => {
    const message = '"labelSmoothing" expected 0 with one class alone, got 0.1';
    throws(() => diceCrossEntropyLoss([1, 2], [0, 1], { labelSmoothing: 0.1 }), RangeError, message);
    throws(() => diceCrossEntropyLoss([1, 2], [0, 1], { shape: [2, 1], labelSmoothing: 0.1 }), RangeError, message);
    expect(diceCrossEntropyLoss([1, 2], [0, 1], { labelSmoothing: 0 })).toBe(diceCrossEntropyLoss([1, 2], [0, 1]));
  });

  test("weights that are not for all classes, the background among them", () => {
    const message = '"weights" expected 2 weights, one for each class, got 1';
    for (const includeBackground of [true, false])
      throws(() => diceCrossEntropyLoss(logits, labels, { shape, includeBackground, weights: [1] }), RangeError, message);
    throws(() => diceCrossEntropyLoss([1, 2], [0, 1], { weights }), RangeError, "one for each class, got 2");
    throws(() => diceCrossEntropyLoss(logits, labels, { shape, weights: [1, -1] }), RangeError, '"weights[1]" expected');
    throws(() => diceCrossEntropyLoss(logits, labels, { shape, weights: [0, 0] }), RangeError, '"weights" expected a finite sum');
    expect(diceCrossEntropyLoss(logits, labels, { shape, includeBackground: false, weights })).toBeGreaterThan(0);
  });

  test("weights that leave the Dice part none", () => {
    const options = { shape, includeBackground: false, weights: [1, 0] };
    throws(() => diceCrossEntropyLoss(logits, labels, options), RangeError, '"weights" expected a finite sum above 0');
  });
});

test("focal refuses weights that are not for the classes kept", () => {
  const dropped = { shape, includeBackground: false };
  throws(
    () => diceFocalLoss(logits, labels, { ...dropped, weights }),
    RangeError,
    '"weights" expected 1 weights, one for each class kept, got 2',
  );
  expect(diceFocalLoss(logits, labels, { ...dropped, weights: [3] })).toBeCloseTo(diceFocalLoss(logits, labels, dropped), 12);
});
