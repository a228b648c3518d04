import { describe, expect, test } from "vitest";
import { allocate, diceLoss, generalizedDiceLoss, valueAndGradient } from "../src/index.ts";
import { type RegionOptions, regionReference } from "./regions-reference.ts";
import {
  BEYOND,
  dataBeyondBlocks,
  dataOf,
  expectGradient,
  known,
  LAYOUTS,
  NAMES,
  operandsOf,
  REGION_MEASURES,
} from "./regions-table.ts";
import { softPair } from "./table.ts";

const WAYS: RegionOptions[] = [
  {},
  { squared: true },
  { intersection: "minimum" },
  { intersection: "minimum", squared: true, batch: true },
  { includeBackground: false },
  { batch: true },
  { batch: true, includeBackground: false, weights: [0.5, 2] },
  { weights: [0.5, 2, 0] },
  { reduction: "sum", weights: [0.5, 2, 1] },
  { reduction: "none" },
  { smooth: 0, empty: Number.NaN },
  { smooth: { numerator: 0, denominator: 1e-5 } },
  { form: "log", alpha: 0.3, beta: 0.7, gamma: 4 / 3, weighting: "simple" },
  { form: "negative", alpha: 1, beta: 1, gamma: 2, weighting: "uniform" },
];

const ACTIVATIONS = ["none", "sigmoid", "softmax"] as const;

describe.each(NAMES)("the gradient of %s over many regions", (name) => {
  test.each(WAYS)("is the central difference of the float64 reference with %o", (way) => {
    for (const layout of LAYOUTS) {
      for (const activation of ACTIVATIONS) {
        const data = dataOf(2, 3, [7], layout, 17, activation !== "none");
        for (const [target, leaving] of operandsOf(data)) {
          const options = known(name, { ...way, ...leaving, shape: data.shape, layout, activation });
          expectGradient(REGION_MEASURES[name], regionReference[name], data.prediction, target, options, 5);
        }
      }
    }
  });

  test("beyond a block, and with many classes", () => {
    for (const { prediction, labels, shape, layout, mask } of dataBeyondBlocks()) {
      const options = known(name, { shape, layout, activation: "softmax", mask });
      const every = Math.floor(prediction.length / 7);
      expectGradient(REGION_MEASURES[name], regionReference[name], prediction, labels, options, every);
    }
  });
});

describe("edges of the gradient", () => {
  test("a background that is dropped has none, before an activation that joins the classes", () => {
    for (const activation of ["none", "sigmoid"] as const) {
      const { prediction, labels, shape } = dataOf(2, 3, [9], "channels-first", 2);
      for (const loss of [diceLoss, generalizedDiceLoss]) {
        const { gradient } = valueAndGradient(loss, prediction, labels, { shape, activation, includeBackground: false });
        for (const sample of [0, 1])
          expect([...gradient.subarray(27 * sample, 27 * sample + 9)].every((g) => g === 0)).toBe(true);
      }
    }
  });

  test("regions that are left out of the mean are flat", () => {
    const options = { shape: [1, 2, 3], smooth: 0, empty: Number.NaN };
    const { value, gradient } = valueAndGradient(diceLoss, [0, 0, 0, 1, 1, 0], [0, 0, 0, 1, 0, 0], options);
    expect(value).toBeCloseTo(1 / 3, 15);
    expect([...gradient.subarray(0, 3)].every((g) => g === 0)).toBe(true);
    expect(gradient[3]).not.toBe(0);
  });

  test("no samples and empty axes have an empty gradient", () => {
    for (const shape of [
      [0, 3, 4],
      [2, 3, 0],
    ]) {
      for (const activation of ACTIVATIONS)
        expect(valueAndGradient(diceLoss, [], new Uint8Array(0), { shape, activation }).gradient).toEqual(new Float32Array(0));
    }
  });

  test("great logits have a finite gradient", () => {
    for (const activation of ["sigmoid", "softmax"] as const) {
      const logits = [1000, -1000, Infinity, 0, -1000, 1000, 0, -Infinity];
      const { value, gradient } = valueAndGradient(diceLoss, logits, Uint8Array.of(0, 1, 1, 0), { shape: [1, 2, 4], activation });
      expect(value).toBeGreaterThan(0);
      expect([...gradient].every(Number.isFinite)).toBe(true);
    }
  });

  test("an output in use keeps what lies beyond", () => {
    for (const layout of LAYOUTS) {
      const { prediction, labels, shape } = dataOf(2, 5, [BEYOND], layout, 2);
      const gradient = new Float32Array(prediction.length + 9).fill(7);
      const wanted = valueAndGradient(diceLoss, prediction, labels, { shape, layout }).gradient;
      expect(valueAndGradient(diceLoss, prediction, labels, { shape, layout, gradient }).gradient).toBe(gradient);
      expect(gradient.subarray(0, prediction.length)).toEqual(wanted);
      expect(gradient.subarray(prediction.length)).toEqual(new Float32Array(9).fill(7));
    }
  });

  test("an output in linear memory keeps what lies behind a length that is no multiple of 4", () => {
    const length = 4097;
    const { gradient } = allocate(length + 8, { gradient: true });
    gradient.fill(7);
    valueAndGradient(diceLoss, new Float32Array(length), new Float32Array(length).fill(1), { activation: "sigmoid", gradient });
    expect(gradient.subarray(length)).toEqual(new Float32Array(8).fill(7));
  });

  test.each([5, 6, 7, 9])("of %i classes is the same in both layouts", (classes) => {
    const positions = 9;
    const { prediction, target } = softPair(classes * positions, classes);
    const last = (array: Float32Array) => array.map((_, k) => array[(k % classes) * positions + Math.floor(k / classes)]);
    const first = valueAndGradient(diceLoss, prediction, target, { shape: [1, classes, positions] });
    const shape = [1, positions, classes];
    const joined = valueAndGradient(diceLoss, last(prediction), last(target), { shape, layout: "channels-last" });
    expect(joined).toEqual({ value: first.value, gradient: last(first.gradient) });
  });
});

test("the gradient of regions left out is 0, and of what weighs nothing", () => {
  const nothing = new Float32Array(2);
  const options = { smooth: 0, empty: Number.NaN };
  const empty = valueAndGradient(diceLoss, nothing, nothing, { ...options, form: "log" });
  expect(empty.value).toBeNaN();
  expect(empty.gradient).toEqual(nothing);
  const weights = [1, 0];
  const weighed = valueAndGradient(diceLoss, [0, 0, 0.5, 0.5], [0, 0, 1, 0], { ...options, shape: [1, 2, 2], weights });
  expect(weighed.value).toBeNaN();
  expect(weighed.gradient).toEqual(new Float32Array(4));
});
