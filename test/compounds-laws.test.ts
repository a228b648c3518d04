import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diceCrossEntropyLoss, diceFocalLoss, diceLoss } from "../src/index.ts";
import type { CompoundOptions } from "./compounds-reference.ts";
import { COMPOUND_MEASURES, COMPOUND_NAMES, knownOfCompound, LAMBDA } from "./compounds-table.ts";
import { BEYOND, type Data, dataOf, LAYOUTS, numbers, shapeOf, toLast } from "./regions-table.ts";

/** Samples, classes, positions on either side of blocks, seed. */
const calls = fc.tuple(
  fc.integer({ min: 1, max: 3 }),
  fc.integer({ min: 2, max: 12 }),
  fc.oneof(fc.integer({ min: 0, max: 70 }), fc.constantFrom(2047, 2049, 4095, 4097)),
  fc.integer({ min: 1 }),
);
/** Options of both losses, weights aside, which are for as many classes as there are. */
const ways = fc.record(
  {
    activation: fc.constantFrom("sigmoid", "softmax"),
    lambdaDice: fc.constantFrom(0, 0.5, 1),
    lambdaCrossEntropy: fc.constantFrom(0, 1, 2),
    lambdaFocal: fc.constantFrom(0, 1, 2),
    labelSmoothing: fc.constantFrom(0, 0.1, 1),
    gamma: fc.constantFrom(0, 0.5, 1, 2),
    alpha: fc.constantFrom(0, 0.25, 1),
    squared: fc.boolean(),
    batch: fc.boolean(),
    includeBackground: fc.boolean(),
    reduction: fc.constantFrom("mean", "sum"),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<CompoundOptions>;
const names = fc.constantFrom(...COMPOUND_NAMES);
const runs = { numRuns: 120 };

type Of = [samples: number, classes: number, positions: number, seed: number];
const first = ([samples, classes, positions, seed]: Of): Data =>
  dataOf(samples, classes, [positions], "channels-first", seed, true);

/** Equal within 2e-6 of it, or of 1: both were rounded to float32 on their way, differently. */
function expectSame(got: number | ArrayLike<number>, wanted: number | ArrayLike<number>, what = ""): void {
  const [a, b] = [numbers(got), numbers(wanted)];
  expect(a).toHaveLength(b.length);
  for (const [k, value] of a.entries()) {
    if (!(Object.is(value, b[k]) || Math.abs(value - b[k]) <= 2e-6 * Math.max(1, Math.abs(b[k]))))
      expect.fail(`${what}: got ${value} for ${b[k]} at row ${k}`);
  }
}

describe.each(COMPOUND_NAMES)("the parts of %s", (name) => {
  const measure = COMPOUND_MEASURES[name];

  test("with the other at 0 it is the Dice loss of the same options", () => {
    fc.assert(
      fc.property(calls, ways, fc.constantFrom("complement", "negative", "log"), (of, way, form) => {
        const data = first(of);
        const activation = way.activation ?? (name === "diceFocalLoss" ? "sigmoid" : "softmax");
        const { squared = false, batch = false, includeBackground = true, reduction = "mean" } = way;
        const dice: CompoundOptions = { shape: data.shape, activation, squared, batch, includeBackground, reduction, form };
        const got = measure(data.prediction, data.labels, { ...dice, [LAMBDA[name]]: 0 });
        expectSame(got, diceLoss(data.prediction, data.labels, dice as object), JSON.stringify(dice));
      }),
      runs,
    );
  });

  test("it is linear in their weights", () => {
    const lambda = fc.double({ min: 0, max: 5, noNaN: true });
    fc.assert(
      fc.property(calls, ways, lambda, lambda, (of, way, a, b) => {
        const data = first(of);
        const options = knownOfCompound(name, of[1], { ...way, shape: data.shape });
        const parts = (lambdaDice: number, other: number) =>
          measure(data.prediction, data.labels, { ...options, lambdaDice, [LAMBDA[name]]: other }) as number;
        const [dice, other] = [parts(1, 0), parts(0, 1)];
        const got = parts(a, b);
        expect(Math.abs(got - (a * dice + b * other))).toBeLessThanOrEqual(1e-12 * (1 + a * Math.abs(dice) + b * other));
      }),
      runs,
    );
  });

  test("the other part does not depend on what makes the Dice part", () => {
    const { prediction, labels, shape } = dataOf(2, 3, [BEYOND], "channels-first", 1, true);
    const alone: CompoundOptions = { shape, lambdaDice: 0, reduction: "sum" };
    const wanted = measure(prediction, labels, alone);
    const ofDice: CompoundOptions[] = [
      { activation: "none" },
      { activation: "sigmoid" },
      { activation: "softmax" },
      { squared: true },
      { smooth: 1e-5 },
      { intersection: "minimum" },
      { form: "log" },
      { threshold: 0.3 },
      ...(name === "diceCrossEntropyLoss" ? [{ includeBackground: false }, { batch: true }] : []),
    ];
    for (const way of ofDice) expect(measure(prediction, labels, { ...alone, ...way }), JSON.stringify(way)).toBe(wanted);
  });
});

describe("layouts and targets", () => {
  test("channels-first = channels-last", () => {
    fc.assert(
      fc.property(calls, ways, names, fc.boolean(), ([N, C, S, seed], way, name, byLabels) => {
        const data = first([N, C, S, seed]);
        const options = knownOfCompound(name, C, way);
        const last = { ...options, layout: "channels-last", shape: shapeOf(N, C, [S], "channels-last") } as const;
        const [p, t] = [toLast(data.prediction, data.shape), byLabels ? data.labels : toLast(data.floats, data.shape)];
        const wanted = COMPOUND_MEASURES[name](data.prediction, byLabels ? data.labels : data.floats, {
          ...options,
          shape: data.shape,
        });
        expectSame(COMPOUND_MEASURES[name](p, t, last), wanted, JSON.stringify(last));
      }),
      runs,
    );
  });

  test("a label map = its one-hot floats; with weights too, but for the mean of cross-entropy", () => {
    fc.assert(
      fc.property(calls, ways, names, fc.constantFrom(...LAYOUTS), fc.boolean(), ([N, C, S, seed], way, name, layout, weigh) => {
        const data = dataOf(N, C, [S], layout, seed, true);
        const weights = Array.from({ length: C }, (_, c) => 0.5 + c / C);
        const isSum = way.reduction === "sum" || name === "diceFocalLoss";
        const options = knownOfCompound(name, C, { ...way, layout, shape: data.shape, ...(weigh && isSum && { weights }) });
        const got = COMPOUND_MEASURES[name](data.prediction, data.labels, options);
        expectSame(got, COMPOUND_MEASURES[name](data.prediction, data.oneHot, options), JSON.stringify(options));
      }),
      runs,
    );
  });

  test("ignoreIndex = a mask of the same positions", () => {
    fc.assert(
      fc.property(calls, ways, names, fc.constantFrom(...LAYOUTS), ([N, C, S, seed], way, name, layout) => {
        const data = dataOf(N, C, [S], layout, seed, true);
        const options = knownOfCompound(name, C, { ...way, shape: data.shape, layout });
        const labels = data.labels.map((label, k) => (data.mask[k] === 0 ? 255 : label));
        const got = COMPOUND_MEASURES[name](data.prediction, labels, { ...options, ignoreIndex: 255 });
        expect(got).toEqual(COMPOUND_MEASURES[name](data.prediction, data.labels, { ...options, mask: data.mask }));
      }),
      runs,
    );
  });
});

describe("samples", () => {
  test("a sum is that of the sums of the samples", () => {
    fc.assert(
      fc.property(calls, ways, names, ([, C, S, seed], way, name) => {
        const data = first([3, C, S, seed]);
        const options = knownOfCompound(name, C, { ...way, batch: false, reduction: "sum" });
        const whole = COMPOUND_MEASURES[name](data.prediction, data.labels, { ...options, shape: data.shape });
        let sum = 0;
        for (let n = 0; n < 3; n++) {
          const [p, t] = [data.prediction.subarray(n * C * S, (n + 1) * C * S), data.labels.subarray(n * S, (n + 1) * S)];
          sum += COMPOUND_MEASURES[name](p, t, { ...options, shape: [1, C, S] }) as number;
        }
        expectSame(whole, sum, JSON.stringify(options));
      }),
      runs,
    );
  });

  test("with one sample batch changes nothing, to the bit", () => {
    fc.assert(
      fc.property(calls, ways, names, ([, C, S, seed], way, name) => {
        const data = first([1, C, S, seed]);
        const options = knownOfCompound(name, C, { ...way, shape: data.shape });
        const got = COMPOUND_MEASURES[name](data.prediction, data.labels, { ...options, batch: true });
        expect(got).toBe(COMPOUND_MEASURES[name](data.prediction, data.labels, { ...options, batch: false }));
      }),
      runs,
    );
  });

  test("pooled samples have the mean of their focal parts where each has as many positions", () => {
    const { prediction, labels, shape } = dataOf(3, 4, [BEYOND], "channels-first", 4, true);
    const focal = (options: CompoundOptions) => diceFocalLoss(prediction, labels, { shape, lambdaDice: 0, ...options } as object);
    expectSame(focal({ batch: true }), focal({ batch: false }));
    expectSame(3 * (focal({ batch: true, reduction: "sum" }) as number), focal({ batch: false, reduction: "sum" }));
  });

  test("the focal loss of none is that of each region alone", () => {
    const { prediction, floats, shape } = dataOf(2, 3, [70], "channels-first", 5, true);
    const rows = numbers(diceFocalLoss(prediction, floats, { shape, reduction: "none", alpha: 0.25 }));
    const alone = Array.from({ length: 6 }, (_, k) =>
      diceFocalLoss(prediction.subarray(70 * k, 70 * k + 70), floats.subarray(70 * k, 70 * k + 70), { alpha: 0.25 }),
    );
    expectSame(rows, alone);
    const mean = rows.reduce((a, b) => a + b) / 6;
    expectSame(diceFocalLoss(prediction, floats, { shape, alpha: 0.25 }), mean);
  });
});

describe("what one formula says of another", () => {
  const { prediction, labels, floats, shape } = dataOf(2, 1, [BEYOND], "channels-first", 6, true);
  /** Two classes, the first of logit 0: their softmax is the sigmoid of the second. */
  const pair = new Float32Array(4 * BEYOND);
  for (const n of [0, 1]) pair.set(prediction.subarray(BEYOND * n, BEYOND * n + BEYOND), (2 * n + 1) * BEYOND);
  const two = [2, 2, BEYOND];

  test("one class is two of which the first has logit 0 and weighs 1", () => {
    for (const reduction of ["mean", "sum"] as const) {
      const wanted = diceCrossEntropyLoss(pair, labels, { shape: two, includeBackground: false, reduction });
      expectSame(diceCrossEntropyLoss(prediction, labels, { shape, reduction }), wanted);
    }
    const weighted = { lambdaDice: 0, reduction: "sum" } as const;
    const wanted = diceCrossEntropyLoss(pair, labels, { ...weighted, shape: two, weights: [1, 3] });
    expectSame(diceCrossEntropyLoss(prediction, labels, { ...weighted, shape, weights: [3] }), wanted);
  });

  test("the focal part without focus is the cross-entropy of one class", () => {
    for (const target of [labels, floats]) {
      const wanted = diceCrossEntropyLoss(prediction, target, { shape, lambdaDice: 0 });
      expectSame(diceFocalLoss(prediction, target, { shape, lambdaDice: 0, gamma: 0 }), wanted);
      expectSame(2 * diceFocalLoss(prediction, target, { shape, lambdaDice: 0, gamma: 0, alpha: 0.5 }), wanted);
    }
  });

  test("α and 1 − α change places with the class and the rest", () => {
    const focal = (p: Float32Array, t: Float32Array, alpha: number) => diceFocalLoss(p, t, { lambdaDice: 0, alpha });
    const [negated, rest] = [prediction.map((x) => -x), floats.map((t) => 1 - t)];
    expectSame(focal(prediction, floats, 0.2), focal(negated, rest, 0.8));
  });

  test("label smoothing lies between the targets and equal ones", () => {
    const { prediction: p, labels, oneHot, shape } = dataOf(2, 5, [200], "channels-last", 7, true);
    const alone = { shape, layout: "channels-last", lambdaDice: 0 } as const;
    const smoothed = (labelSmoothing: number, target: Uint8Array | Float32Array = labels) =>
      diceCrossEntropyLoss(p, target, { ...alone, labelSmoothing });
    expectSame(smoothed(0.3), 0.7 * smoothed(0) + 0.3 * smoothed(1));
    expectSame(smoothed(1), smoothed(0, oneHot.fill(0.2)));
    expectSame(smoothed(1), smoothed(1, labels.slice().fill(0)));
  });

  test("cross-entropy does not change where all logits of a position move together", () => {
    const data = dataOf(1, 4, [300], "channels-first", 8, true);
    const moved = data.prediction.map((x, k) => x + ((k % 300) % 9));
    const alone = { shape: data.shape, lambdaDice: 0 };
    expectSame(diceCrossEntropyLoss(moved, data.labels, alone), diceCrossEntropyLoss(data.prediction, data.labels, alone));
  });
});
