import { describe, expect, test } from "vitest";
import { diceCrossEntropyLoss, diceFocalLoss, diceLoss } from "../src/index.ts";
import { compoundReference } from "./compounds-reference.ts";
import {
  boundOfCompound,
  COMPOUND_MEASURES,
  COMPOUND_NAMES,
  COMPOUND_WAYS,
  compoundData,
  knownOfCompound,
  randomCompoundCall,
} from "./compounds-table.ts";
import { BEYOND, dataOf, dataOfManyClasses, expectClose, kindOfTarget, LAYOUTS, operandsOf, SPATIAL } from "./regions-table.ts";
import { INTEGERS } from "./table.ts";

describe.each(COMPOUND_NAMES)("%s is the float64 reference", (name) => {
  const measure = COMPOUND_MEASURES[name];
  const expectReference = (
    prediction: Float32Array,
    target: ArrayLike<number> & Parameters<typeof measure>[1],
    options: Parameters<typeof measure>[2] & object,
    what = "",
  ): void => {
    const wanted = compoundReference[name](prediction, target, options);
    const bound = boundOfCompound(name, prediction, target, options);
    expectClose(
      measure(prediction, target, options),
      wanted,
      bound,
      `${what} ${kindOfTarget(target)} ${JSON.stringify(options)}`,
    );
  };

  test.each(COMPOUND_WAYS)("%o, in both layouts, for every kind of target and every spatial size", (way) => {
    for (const layout of LAYOUTS) {
      for (const [k, spatial] of SPATIAL.entries()) {
        const data = compoundData(spatial, layout, k + 1, way);
        for (const [target, leaving] of operandsOf(data)) {
          expectReference(data.prediction, target, knownOfCompound(name, 3, { ...way, ...leaving, shape: data.shape, layout }));
        }
      }
    }
  });

  test("random calls", () => {
    for (let seed = 1; seed <= 300; seed++) {
      const { prediction, target, options } = randomCompoundCall(name, seed);
      expectReference(prediction, target, options, `seed ${seed}`);
    }
  });

  test("one class, where an integer target is a mask of 0 and 1", () => {
    for (const layout of LAYOUTS) {
      const data = dataOf(2, 1, [BEYOND], layout, 3, true);
      const marked = Int16Array.from(data.labels, (label, k) => (k % 7 === 0 ? -1 : label));
      for (const [target, more] of [
        [data.labels, {}],
        [data.floats, { weights: [3] }],
        [data.labels, { weights: [0.25], mask: data.mask, reduction: "sum" }],
        [marked, { ignoreIndex: -1, activation: "sigmoid", gamma: 1, alpha: 0.25 }],
        [data.labels, { ignoreIndex: 0, batch: true }],
      ] as const) {
        expectReference(data.prediction, target, knownOfCompound(name, 1, { shape: data.shape, layout, ...more }));
      }
    }
  });

  test("without a shape all is one region of one class", () => {
    const data = dataOf(1, 1, [BEYOND], "channels-first", 4, true);
    expectReference(data.prediction, data.floats, {});
    expectReference(data.prediction, data.labels, { mask: data.mask, ignoreIndex: 0 });
    expect(measure([0.5, -1], [1, 0])).toBe(measure(Float32Array.of(0.5, -1), Float32Array.of(1, 0)));
  });

  test("hard predictions make the Dice part hard alone", () => {
    for (const layout of LAYOUTS) {
      const data = dataOf(2, 3, [BEYOND], layout, 6, true);
      expectReference(data.prediction, data.labels, { shape: data.shape, layout, threshold: 0.4 });
    }
  });

  test("labels in every integer type give the same, to the bit", () => {
    for (const layout of LAYOUTS) {
      const { prediction, labels, shape, mask } = dataOf(2, 5, [7, 151], layout, 5, true);
      for (const options of [
        { shape, layout },
        { shape, layout, mask, ignoreIndex: 2 },
      ]) {
        const wanted = measure(prediction, labels, options);
        expectReference(prediction, labels, options);
        for (const Type of INTEGERS) expect(measure(prediction, Type.from(labels), options), Type.name).toBe(wanted);
      }
    }
  });

  test("many classes, and many positions", () => {
    const sizes = [
      [9, 4097],
      [100, 1025],
      [1000, 65],
      [2, 70_001],
    ] as const;
    for (const { layout, shape, prediction, labels } of dataOfManyClasses(sizes)) {
      expectReference(prediction, labels, { shape, layout, smooth: 1e-5 });
    }
  });
});

describe("by hand", () => {
  const logits = [Math.log(2), Math.log(6), 0, Math.log(3)]; // two classes, two positions: probabilities 2/3, 2/3 of class 0
  const shape = [1, 2, 2];
  const alone = { shape, lambdaDice: 0 };

  test("cross-entropy of labels is weighed and divided by the weights of the labels, of floats by the positions", () => {
    const labels = Uint8Array.of(0, 1);
    const floats = [1, 0, 0, 1];
    const [right, wrong] = [-Math.log(2 / 3), -Math.log(1 / 3)];
    expect(diceCrossEntropyLoss(logits, labels, alone)).toBeCloseTo((right + wrong) / 2, 6);
    expect(diceCrossEntropyLoss(logits, floats, alone)).toBeCloseTo((right + wrong) / 2, 6);
    const weighted = { ...alone, weights: [1, 3] };
    expect(diceCrossEntropyLoss(logits, labels, weighted)).toBeCloseTo((right + 3 * wrong) / 4, 6);
    expect(diceCrossEntropyLoss(logits, floats, weighted)).toBeCloseTo((right + 3 * wrong) / 2, 6);
    expect(diceCrossEntropyLoss(logits, labels, { ...weighted, reduction: "sum" })).toBeCloseTo(right + 3 * wrong, 6);
    const smoothed = { ...weighted, labelSmoothing: 0.2 }; // 0.9 for the label, 0.1 for the other class
    expect(diceCrossEntropyLoss(logits, Uint8Array.of(0, 0), smoothed)).toBeCloseTo(0.9 * right + 0.1 * 3 * wrong, 6);
  });

  test("one class: the weight is of the positions of the class, not of the others", () => {
    const options = { lambdaDice: 0, weights: [5] };
    expect(diceCrossEntropyLoss([0, 0], [1, 0], options)).toBeCloseTo((5 * Math.LN2 + Math.LN2) / 2, 6);
    expect(diceCrossEntropyLoss([Math.log(3)], [1], { lambdaDice: 0 })).toBeCloseTo(-Math.log(3 / 4), 6);
  });

  test("focal: (1 − p)^γ of the truth, α to the class and 1 − α to the rest", () => {
    const hit = (1 / 4) ** 2 * -Math.log(3 / 4);
    const miss = (3 / 4) ** 2 * -Math.log(1 / 4);
    const x = Math.log(3);
    expect(diceFocalLoss([x, x], [1, 0], { lambdaDice: 0 })).toBeCloseTo((hit + miss) / 2, 6);
    expect(diceFocalLoss([x, x], [1, 0], { lambdaDice: 0, alpha: 0.2 })).toBeCloseTo((0.2 * hit + 0.8 * miss) / 2, 6);
    expect(diceFocalLoss([x, x], [1, 0], { lambdaDice: 0, gamma: 0 })).toBeCloseTo(-Math.log(3 / 16) / 2, 6);
  });

  test("the Dice part is that of softmax with two classes or more, of sigmoid with one, and of sigmoid beside focal", () => {
    const labels = Uint8Array.of(0, 1);
    const [crossEntropy, focal] = [{ lambdaCrossEntropy: 0 }, { lambdaFocal: 0 }];
    const dice = (activation: "softmax" | "sigmoid") => diceLoss(logits, labels, { shape, activation });
    expect(diceCrossEntropyLoss(logits, labels, { shape, ...crossEntropy })).toBeCloseTo(dice("softmax"), 6);
    expect(diceFocalLoss(logits, labels, { shape, ...focal })).toBeCloseTo(dice("sigmoid"), 6);
    const one = diceLoss([1, -2], [1, 0], { activation: "sigmoid" });
    expect(diceCrossEntropyLoss([1, -2], [1, 0], crossEntropy)).toBeCloseTo(one, 6);
    expect(diceFocalLoss([1, -2], [1, 0], focal)).toBeCloseTo(one, 6);
  });
});
