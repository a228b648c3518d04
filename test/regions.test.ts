import { describe, expect, test } from "vitest";
import { generalizedDiceLoss, overlap } from "../src/index.ts";
import { referenceSums, type Sums } from "./reference.ts";
import { type RegionOptions, regionReference, regionsOf } from "./regions-reference.ts";
import {
  BEYOND,
  boundOf,
  dataOf,
  expectClose,
  kindOfTarget,
  known,
  LAYOUTS,
  NAMES,
  numbers,
  REGION_MEASURES,
  randomCall,
  SPATIAL,
} from "./regions-table.ts";
import { INTEGERS } from "./table.ts";

/** Each option that changes what is summed or how it is reduced, alone. */
const WAYS: RegionOptions[] = [
  {},
  { activation: "sigmoid" },
  { activation: "softmax" },
  { intersection: "minimum" },
  { threshold: 0.4 },
  { squared: true },
  { squared: true, intersection: "minimum" },
  { smooth: 0 },
  { smooth: { numerator: 0, denominator: 1e-5 }, empty: 0 },
  { smooth: 0, empty: Number.NaN },
  { includeBackground: false },
  { batch: true },
  { batch: true, reduction: "none" },
  { weights: [0.5, 2, 0] },
  { weights: [0.5, 2, 0], reduction: "sum", batch: true },
  { reduction: "sum" },
  { reduction: "none" },
  { form: "log", alpha: 0.3, beta: 0.7, gamma: 2, weighting: "simple" },
  { form: "negative", alpha: 1, beta: 1, gamma: 0.5, weighting: "uniform" },
];

describe.each(NAMES)("%s over many regions is the float64 reference", (name) => {
  const measure = REGION_MEASURES[name];
  const oracle = regionReference[name];

  test.each(WAYS)("%o, in both layouts, for every kind of target and every spatial size", (way) => {
    for (const layout of LAYOUTS) {
      for (const [k, spatial] of SPATIAL.entries()) {
        const data = dataOf(2, 3, spatial, layout, k + 1, way.activation !== undefined);
        for (const target of [data.floats, data.oneHot, data.labels]) {
          const options = known(name, { ...way, shape: data.shape, layout });
          const what = `${kindOfTarget(target)} ${JSON.stringify(options)}`;
          expectClose(
            measure(data.prediction, target, options),
            oracle(data.prediction, target, options),
            boundOf(options),
            what,
          );
        }
      }
    }
  });

  test("random calls", () => {
    for (let seed = 1; seed <= 150; seed++) {
      const { prediction, target, options: all } = randomCall(seed);
      const options = known(name, all);
      const what = `seed ${seed}, ${kindOfTarget(target)} ${JSON.stringify(options)}`;
      expectClose(measure(prediction, target, options), oracle(prediction, target, options), boundOf(options), what);
    }
  });

  test("one class, where an integer target is a mask of 0 and 1", () => {
    for (const layout of LAYOUTS) {
      const data = dataOf(2, 1, [BEYOND], layout, 3);
      const marked = Int16Array.from(data.labels, (label, k) => (k % 7 === 0 ? -1 : label));
      for (const [target, more] of [
        [data.labels, {}],
        [data.labels, { mask: data.mask, activation: "sigmoid" }],
        [marked, { ignoreIndex: -1 }],
        [data.labels, { ignoreIndex: 0 }],
      ] as const) {
        const options = { shape: data.shape, layout, ...more };
        expectClose(measure(data.prediction, target, options), oracle(data.prediction, target, options), 2e-6, layout);
      }
    }
  });

  test("without a shape all is one region, from which positions may be left out", () => {
    const data = dataOf(1, 1, [BEYOND], "channels-first", 4);
    for (const options of [{ mask: data.mask }, { mask: data.mask, ignoreIndex: 0 }, { activation: "sigmoid" }] as const) {
      for (const target of "ignoreIndex" in options ? [data.labels] : [data.labels, data.floats]) {
        expectClose(measure(data.prediction, target, options), oracle(data.prediction, target, options), 2e-6, "no shape");
      }
    }
  });

  test("labels in every integer type give the same, to the bit", () => {
    for (const layout of LAYOUTS) {
      const { prediction, labels, shape, mask } = dataOf(2, 5, [7, 151], layout, 5);
      for (const options of [
        { shape, layout },
        { shape, layout, mask, ignoreIndex: 2 },
      ]) {
        const wanted = measure(prediction, labels, options);
        expectClose(wanted, oracle(prediction, labels, options), 4e-7, layout);
        for (const Type of INTEGERS) expect(measure(prediction, Type.from(labels), options), Type.name).toBe(wanted);
      }
    }
  });
});

describe("generalized Dice", () => {
  const loss = generalizedDiceLoss;

  test("has one value for each sample", () => {
    const { prediction, labels, shape } = dataOf(3, 4, [9], "channels-first", 6);
    const values = loss(prediction, labels, { shape, reduction: "none" });
    expect(values).toBeInstanceOf(Float64Array);
    expect(values).toHaveLength(3);
    expect(numbers(values).reduce((a, b) => a + b) / 3).toBeCloseTo(loss(prediction, labels, { shape }), 14);
  });

  test("by hand: T = 1 and 2, then a class that is absent", () => {
    const p = [1, 0, 0, 0, 1, 1];
    const options = { shape: [1, 2, 3], smooth: 0 };
    expect(loss(p, Uint8Array.of(0, 0, 1), options)).toBeCloseTo(1 - (2 * (1 / 4 + 1)) / (3 / 4 + 3), 7);
    // class 1 is absent and takes the weight of class 0, 1/9
    expect(loss(p, Uint8Array.of(0, 0, 0), options)).toBeCloseTo(1 - 2 / (4 + 2), 7);
    expect(loss(p, Uint8Array.of(0, 0, 0), { ...options, includeBackground: false })).toBe(1); // weighs 1, a false positive
  });
});

describe("the record", () => {
  test.each(LAYOUTS)("holds the sums of every region, %s", (layout) => {
    const { prediction, floats, shape, mask } = dataOf(2, 3, [1500], layout, 8);
    const sums = overlap(prediction, floats, { shape, layout, mask });
    expect([sums.samples, sums.classes]).toEqual([2, 3]);
    for (const [row, { p, t }] of regionsOf(prediction, floats, { shape, layout, mask }).flat().entries()) {
      for (const [name, wanted] of Object.entries(referenceSums(p, t)))
        expect(Math.abs(sums[name as keyof Sums][row] / wanted - 1), `${name} of row ${row}`).toBeLessThanOrEqual(1e-7);
    }
    const kept = [0, 1].map((sample) => mask.subarray(1500 * sample, 1500 * sample + 1500).filter((v) => v > 0).length);
    expect([...sums.positions]).toEqual([kept[0], kept[0], kept[0], kept[1], kept[1], kept[1]]);
  });

  test("counts every position where none is left out", () => {
    const { prediction, floats, oneHot, labels, shape } = dataOf(2, 3, [1500], "channels-first", 8);
    for (const target of [floats, oneHot, labels])
      expect([...overlap(prediction, target, { shape }).positions]).toEqual(Array(6).fill(1500));
  });
});
