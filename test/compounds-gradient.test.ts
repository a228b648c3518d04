import { describe, expect, test } from "vitest";
import { type Loss, valueAndGradient } from "../src/index.ts";
import { type CompoundOptions, compoundReference } from "./compounds-reference.ts";
import {
  COMPOUND_MEASURES,
  COMPOUND_NAMES,
  COMPOUND_WAYS,
  compoundData,
  knownOfCompound,
  LAMBDA,
  randomCompoundCall,
} from "./compounds-table.ts";
import { axesOf } from "./regions-reference.ts";
import { BEYOND, dataBeyondBlocks, dataOf, expectGradient, LAYOUTS, operandsOf, shapeOf } from "./regions-table.ts";

describe.each(COMPOUND_NAMES)("the gradient of %s", (name) => {
  const measure = COMPOUND_MEASURES[name];
  const oracle = compoundReference[name];
  const gradientOf = (p: ArrayLike<number>, t: ArrayLike<number>, options: object): Float32Array =>
    valueAndGradient(measure as Loss, p as Float32Array, t as Float32Array, options).gradient;

  test.each(COMPOUND_WAYS)("is the central difference of the float64 reference with %o", (way) => {
    for (const layout of LAYOUTS) {
      const data = compoundData([7], layout, 17, way);
      for (const [target, leaving] of operandsOf(data)) {
        const options = knownOfCompound(name, 3, { ...way, ...leaving, shape: data.shape, layout });
        expectGradient(measure, oracle, data.prediction, target, options, 5);
      }
    }
  });

  test("random calls", () => {
    for (let seed = 2000; seed < 2200; seed++) {
      const { prediction, target, options } = randomCompoundCall(name, seed);
      // of what is all but straight within the steps of a difference: no threshold, no minimum, no ratio of next to nothing
      const { threshold, intersection, form, ...rest } = options;
      const soft = { ...rest, smooth: 1 };
      if (prediction.length > 0 && prediction.length < 3000) {
        expectGradient(measure, oracle, prediction, target, soft, Math.ceil(prediction.length / 11));
      }
    }
  });

  test("of one class", () => {
    const data = dataOf(2, 1, [31], "channels-first", 5, true);
    for (const [target, more] of [
      [data.labels, {}],
      [data.floats, { weights: [3] }],
      [data.labels, { weights: [0.25], mask: data.mask, reduction: "sum" }],
      [data.floats, { gamma: 0.5, alpha: 0.25, batch: true, form: "log" }],
    ] as const) {
      expectGradient(measure, oracle, data.prediction, target, knownOfCompound(name, 1, { shape: data.shape, ...more }), 7);
    }
  });

  test("beyond a block, and with many classes", () => {
    for (const { prediction, labels, shape, layout, mask } of dataBeyondBlocks()) {
      const options: CompoundOptions = { shape, layout, mask, reduction: "sum" };
      const every = Math.floor(prediction.length / 7);
      expectGradient(measure, oracle, prediction, labels, options, every);
      // the other part alone, whose elements differ less than those of Dice
      const alone = { ...options, lambdaDice: 0 };
      expectGradient(measure, oracle, prediction, labels, alone, every);
    }
  });

  test("of a background that the Dice part drops is that of the other part alone", () => {
    for (const layout of LAYOUTS) {
      const { prediction, labels, shape } = dataOf(2, 3, [9], layout, 2, true);
      const options = { shape, layout, activation: "sigmoid", includeBackground: false };
      const whole = gradientOf(prediction, labels, options);
      const other = gradientOf(prediction, labels, { ...options, lambdaDice: 0 });
      const { samples, positions, at } = axesOf({ shape, layout }, prediction.length);
      for (let k = 0; k < samples * positions; k++) {
        const i = at(Math.floor(k / positions), 0, k % positions);
        expect(whole[i]).toBe(other[i]);
        expect(whole[i] === 0).toBe(name === "diceFocalLoss");
      }
    }
  });

  test("no samples and empty axes have an empty one", () => {
    for (const layout of LAYOUTS) {
      for (const [samples, spatial] of [
        [0, [4]],
        [2, [0, 5]],
      ] as const) {
        const options = { shape: shapeOf(samples, 3, spatial, layout), layout };
        for (const target of [new Uint8Array(0), new Float32Array(0)])
          expect(gradientOf([], target, options)).toEqual(new Float32Array(0));
      }
    }
  });

  test("is 0 where every position is left out", () => {
    const { prediction, labels, shape, mask } = dataOf(2, 3, [9], "channels-last", 3, true);
    const gradient = gradientOf(prediction, labels, { shape, layout: "channels-last", mask: mask.fill(0) });
    expect(gradient.every((g) => g === 0)).toBe(true);
  });

  test("an output in use keeps what lies beyond", () => {
    for (const layout of LAYOUTS) {
      const { prediction, labels, shape } = dataOf(2, 5, [BEYOND], layout, 2, true);
      const gradient = new Float32Array(prediction.length + 9).fill(7);
      const wanted = gradientOf(prediction, labels, { shape, layout });
      expect(gradientOf(prediction, labels, { shape, layout, gradient })).toBe(gradient);
      expect(gradient.subarray(0, prediction.length)).toEqual(wanted);
      expect(gradient.subarray(prediction.length)).toEqual(new Float32Array(9).fill(7));
    }
  });

  test("with the other part left out is that of Dice, and linear in the weights of the parts", () => {
    for (const layout of LAYOUTS) {
      const { prediction, labels, shape } = dataOf(2, 3, [BEYOND], layout, 8, true);
      const parts = (lambdaDice: number, other: number) =>
        gradientOf(prediction, labels, { shape, layout, lambdaDice, [LAMBDA[name]]: other });
      const [dice, other, both] = [parts(1, 0), parts(0, 1), parts(0.5, 2)];
      const scale = Math.max(...both.map(Math.abs));
      both.forEach((g, i) => {
        if (!(Math.abs(g - (0.5 * dice[i] + 2 * other[i])) <= 1e-6 * scale)) expect.fail(`${layout}: ${g} at ${i}`);
      });
    }
  });
});

test("the gradient of cross-entropy without weights adds up to 0 over the classes of each position", () => {
  for (const layout of LAYOUTS) {
    const { prediction, floats, labels, shape } = dataOf(2, 4, [300], layout, 11, true);
    const { samples, classes, positions, at } = axesOf({ shape, layout }, prediction.length);
    normalize(floats, { samples, classes, positions, at });
    for (const target of [labels, floats]) {
      const options = { shape, layout, lambdaDice: 0, reduction: "sum", labelSmoothing: 0.1 };
      const { gradient } = valueAndGradient(
        COMPOUND_MEASURES.diceCrossEntropyLoss as Loss,
        prediction,
        target,
        options as object,
      );
      for (let k = 0; k < samples * positions; k++) {
        let sum = 0;
        for (let c = 0; c < classes; c++) sum += gradient[at(Math.floor(k / positions), c, k % positions)];
        expect(Math.abs(sum)).toBeLessThanOrEqual(1e-6);
      }
    }
  }
});

/** Makes the targets of each position add up to 1. */
function normalize(shares: Float32Array, { samples, classes, positions, at }: ReturnType<typeof axesOf>): void {
  for (let k = 0; k < samples * positions; k++) {
    const places = Array.from({ length: classes }, (_, c) => at(Math.floor(k / positions), c, k % positions));
    const sum = places.reduce((total, i) => total + shares[i], 0);
    for (const i of places) shares[i] /= sum;
  }
}
