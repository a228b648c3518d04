import { describe, expect, test } from "vitest";
import { allocate, diceCoefficient, diceLoss, generalizedDiceLoss, type Loss, overlap, valueAndGradient } from "../src/index.ts";
import { ALL_MEASURES, ALL_NAMES } from "./compounds-table.ts";
import { axesOf, type RegionOptions, regionReference } from "./regions-reference.ts";
import {
  BEYOND,
  dataOf,
  dataOfManyClasses,
  expectClose,
  known,
  LAYOUTS,
  NAMES,
  numbers,
  oneHotOf,
  REGION_MEASURES,
  shapeOf,
  spoiled,
} from "./regions-table.ts";

const ACTIVATIONS = ["none", "sigmoid", "softmax"] as const;

describe("NaN", () => {
  test("at a position that is left out does not matter, to the bit", () => {
    for (const layout of LAYOUTS) {
      for (const activation of ACTIVATIONS) {
        const data = dataOf(2, 3, [BEYOND], layout, 1);
        const { prediction, floats, shape, mask } = data;
        const [p, t] = spoiled(data, [Number.NaN, Infinity, 1000]);
        for (const way of [{}, { squared: true }, { intersection: "minimum" }] as const) {
          const options: RegionOptions = { shape, layout, activation, mask, ...way };
          for (const name of ALL_NAMES)
            expect(ALL_MEASURES[name](p, t, options)).toBe(ALL_MEASURES[name](prediction, floats, options));
        }
      }
    }
  });

  test("elsewhere gives NaN, in its region alone; with softmax in every region of its sample", () => {
    for (const layout of LAYOUTS) {
      for (const activation of ACTIVATIONS) {
        for (const i of [0, 5, BEYOND - 1]) {
          const { prediction, labels, shape } = dataOf(2, 3, [BEYOND], layout, 1);
          prediction[axesOf({ shape, layout }, prediction.length).at(1, 2, i)] = Number.NaN;
          for (const name of ALL_NAMES) expect(ALL_MEASURES[name](prediction, labels, { shape, layout, activation })).toBeNaN();
          const rows = diceLoss(prediction, labels, { shape, layout, activation, reduction: "none" });
          const bad = activation === "softmax" ? [3, 4, 5] : [5];
          expect([...rows].flatMap((value, k) => (Number.isNaN(value) ? [k] : []))).toEqual(bad);
        }
      }
    }
  });

  test("in a float target gives NaN", () => {
    for (const layout of LAYOUTS) {
      const { prediction, floats, shape } = dataOf(1, 3, [9], layout, 1);
      floats[13] = Number.NaN;
      for (const name of ALL_NAMES) expect(ALL_MEASURES[name](prediction, floats, { shape, layout })).toBeNaN();
    }
  });
});

describe("great logits", () => {
  const logits = [1000, -1000, Infinity, -Infinity, 0, -0, 88, -88, 3e38, -3e38];

  test("sigmoid is right at every one of them", () => {
    const { prediction } = overlap(logits, new Float32Array(10), { activation: "sigmoid", shape: [10, 1] });
    logits.forEach((x, k) => {
      expect(prediction[k]).toBeCloseTo(1 / (1 + Math.exp(-x)), 7);
    });
  });

  test("softmax of any two or three of them is finite, and that of float64", () => {
    for (const layout of LAYOUTS) {
      for (const a of logits) {
        for (const b of logits) {
          const sums = overlap([a, b, 0], [1, 0, 0], { activation: "softmax", shape: [1, 3], layout });
          expect(sums.prediction.reduce((x, y) => x + y)).toBeCloseTo(1, 6);
          if (a === Infinity && b === Infinity) expect([...sums.prediction]).toEqual([0.5, 0.5, expect.closeTo(0, 7)]);
          else if (a === Infinity) expect([...sums.prediction]).toEqual([1, expect.closeTo(0, 7), expect.closeTo(0, 7)]);
          else if (b === Infinity) expect([...sums.prediction]).toEqual([expect.closeTo(0, 7), 1, expect.closeTo(0, 7)]);
          else {
            const most = Math.max(a, b, 0);
            const powers = [a, b, 0].map((x) => Math.exp(x - most));
            const sum = powers.reduce((x, y) => x + y);
            powers.forEach((power, c) => {
              expect(sums.prediction[c]).toBeCloseTo(power / sum, 6);
            });
          }
        }
      }
    }
  });
});

describe("nothing to score", () => {
  test("the mean of regions all left out is NaN, their sum 0", () => {
    for (const layout of LAYOUTS) {
      const shape = shapeOf(2, 3, [7], layout);
      const zeros = new Float32Array(42);
      for (const name of NAMES) {
        const options = { shape, layout, smooth: 0, empty: Number.NaN };
        expect(REGION_MEASURES[name](zeros, zeros, options)).toBeNaN();
        expect(REGION_MEASURES[name](zeros, zeros, { ...options, reduction: "sum" })).toBe(0);
        const rows = numbers(REGION_MEASURES[name](zeros, zeros, { ...options, reduction: "none" }));
        expect(rows).toEqual(Array(name === "generalizedDiceLoss" ? 2 : 6).fill(Number.NaN));
      }
    }
  });

  test("every position masked leaves the smoothing ratio", () => {
    const { prediction, labels, shape, mask } = dataOf(2, 3, [9], "channels-last", 3);
    expect(diceLoss(prediction, labels, { shape, layout: "channels-last", mask: mask.fill(0) })).toBe(0);
    expect(diceLoss(prediction, labels.fill(9), { shape, layout: "channels-last", ignoreIndex: 9 })).toBe(0);
  });

  test("an absent class without smoothing is left out of a mean with empty NaN", () => {
    const shape = [1, 3, 2];
    const p = [1, 0, 0, 1, 0, 0];
    expect(diceCoefficient(p, Uint8Array.of(0, 1), { shape, smooth: 0, empty: 0 })).toBeCloseTo(2 / 3, 15);
    expect(diceCoefficient(p, Uint8Array.of(0, 1), { shape, smooth: 0, empty: Number.NaN })).toBe(1);
    const weights = [1, 3, 100];
    expect(diceCoefficient(p, Uint8Array.of(0, 0), { shape, smooth: 0, empty: Number.NaN, weights })).toBeCloseTo(2 / 3 / 4, 7);
  });

  test("no samples: a mean of nothing is NaN, a sum 0, none of it empty; pooled they are one empty sample", () => {
    for (const layout of LAYOUTS) {
      const shape = shapeOf(0, 3, [4], layout);
      for (const name of NAMES) {
        const call = (target: Float32Array | Uint8Array, more: RegionOptions) =>
          REGION_MEASURES[name]([], target, { shape, layout, ...more });
        for (const target of [new Float32Array(0), new Uint8Array(0)]) {
          expect(call(target, {})).toBeNaN();
          expect(call(target, { reduction: "sum" })).toBe(0);
          expect(call(target, { reduction: "none" })).toEqual(new Float64Array(0));
          expect(call(target, { batch: true })).toBe(regionReference[name]([], target, { shape, layout, batch: true }));
        }
      }
    }
  });

  test("empty spatial axes are empty regions", () => {
    for (const layout of LAYOUTS) {
      const options = { shape: shapeOf(2, 3, [0, 5], layout), layout };
      for (const target of [new Float32Array(0), new Uint8Array(0)]) {
        expect(diceLoss([], target, options)).toBe(0);
        expect([...diceCoefficient([], target, { ...options, smooth: 0, empty: 0.5, reduction: "none" })]).toEqual(
          Array(6).fill(0.5),
        );
        expect(generalizedDiceLoss([], target, { ...options, smooth: 0 })).toBe(0);
      }
    }
  });
});

describe("shapes", () => {
  test("[N, C] of which the samples are pooled may have more elements than there may be regions", () => {
    const samples = 2 ** 23 + 1;
    const options = { shape: [samples, 2], batch: true };
    const prediction = new Float32Array(2 * samples).fill(1);
    expect(diceLoss(prediction, new Uint8Array(samples), { ...options, smooth: 0 })).toBe((1 + 0) / 2);
    expect(() => diceLoss(prediction, new Uint8Array(samples), { shape: options.shape })).toThrow(
      `"shape" expected at most ${2 ** 24} regions (samples × classes), got ${2 * samples}`,
    );
  });

  test("whose planes fill the staging area to its end are staged within it", () => {
    for (const [classes, positions] of [
      [7, 1705],
      [24, 609],
    ]) {
      const { prediction, labels } = dataOf(1, classes, [positions], "channels-first", 7);
      const options = { shape: [1, classes, positions], activation: "softmax" } as const;
      const wanted = regionReference.diceLoss(prediction, labels, options);
      expectClose(diceLoss(prediction, labels, options), wanted, 2e-6, `${classes} classes`);
    }
  });

  test("[N, C] of which the samples are pooled is one sample of N positions, to the bit, and more classes are pooled too", () => {
    for (const classes of [1, 2, 5, 256, 257]) {
      const { prediction, labels, floats } = dataOf(70, classes, [], "channels-first", 6);
      for (const name of NAMES) {
        for (const target of [labels, floats]) {
          for (const activation of classes > 1 ? (["none", "sigmoid", "softmax"] as const) : (["sigmoid"] as const)) {
            const pooled = { shape: [70, classes], batch: true, activation };
            const positions = { shape: [1, 70, classes], layout: "channels-last", activation } as const;
            const [got, wanted] = [pooled, positions].map((options) =>
              valueAndGradient(REGION_MEASURES[name] as Loss, prediction, target, options),
            );
            expect(REGION_MEASURES[name](prediction, target, pooled)).toBe(got.value);
            if (classes <= 256) expect(got).toEqual(wanted);
            else expect(got.value).toBeCloseTo(wanted.value as number, 6);
          }
        }
      }
    }
  });

  test("many classes: each has its region", () => {
    const sizes = [9, 10, 11, 30, 100, 1000].map((classes) => [classes, classes < 100 ? 4097 : 1025] as const);
    for (const { classes, layout, shape, prediction, labels } of dataOfManyClasses(sizes)) {
      const options: RegionOptions = { shape, layout, activation: "softmax", smooth: 1e-5 };
      for (const name of ["diceLoss", "generalizedDiceLoss"] as const) {
        expectClose(
          REGION_MEASURES[name](prediction, labels, known(name, options)),
          regionReference[name](prediction, labels, known(name, options)),
          2e-6,
          `${classes}`,
        );
      }
      expectClose(
        diceLoss(prediction, labels, { shape, layout, activation: "sigmoid" }),
        diceLoss(prediction, oneHotOf(labels, shape, layout), { shape, layout, activation: "sigmoid" }),
        1e-6,
        `${classes}`,
      );
    }
  });

  test("arrays that end where their linear memory ends are read no further", () => {
    for (const classes of [2, 5, 20, 100, 400]) {
      for (let positions = Math.floor(60_000 / 8 / classes); positions * classes * 8 < 66_000; positions++) {
        const room = allocate(positions * classes);
        const copied = {
          p: new Float32Array(positions * classes).fill(0.25),
          t: new Float32Array(positions * classes).fill(0.5),
        };
        room.prediction.set(copied.p);
        room.target.set(copied.t);
        const options = { shape: [1, positions, classes], layout: "channels-last", activation: "softmax" } as const;
        expect(diceLoss(room.prediction, room.target, options), `${classes} × ${positions}`).toBe(
          diceLoss(copied.p, copied.t, options),
        );
      }
    }
  });
});

test("the least and the largest label of each type can be ignored", () => {
  const expected = diceLoss([0.5], [1]);
  for (const [Type, ...extremes] of [
    [Int8Array, -128, 127],
    [Uint8Array, 255],
    [Uint8ClampedArray, 255],
    [Int16Array, -(2 ** 15), 2 ** 15 - 1],
    [Uint16Array, 2 ** 16 - 1],
    [Int32Array, -(2 ** 31), 2 ** 31 - 1],
    [Uint32Array, 2 ** 32 - 1],
  ] as const)
    for (const ignoreIndex of extremes)
      expect(diceLoss([0.5, 0.5], Type.of(1, ignoreIndex), { ignoreIndex }), Type.name).toBe(expected);
});

test("one region is weighted, summed and listed as many are", () => {
  const [p, t] = [Float32Array.of(0.5), Float32Array.of(1)];
  const loss = diceLoss(p, t);
  expect(diceLoss(p, t, { weights: [3] })).toBe(loss);
  expect(diceLoss(p, t, { weights: [3], reduction: "sum" })).toBe(3 * loss);
  expect(diceLoss(p, t, { reduction: "none" })).toEqual(Float64Array.of(loss));
  const nothing = new Float32Array(1);
  expect(diceLoss(nothing, nothing, { smooth: 0, empty: Number.NaN, reduction: "sum" })).toBe(0);
  const { value, gradient } = valueAndGradient(diceLoss, p, t, { weights: [3], reduction: "sum" });
  expect(value).toBe(3 * loss);
  expect(gradient[0]).toBeCloseTo(3 * valueAndGradient(diceLoss, p, t).gradient[0], 6);
});

test("[N, C] of more classes than positions are pooled for is pooled all the same", () => {
  const shape = [3, 3000];
  const p = Float32Array.from({ length: 9000 }, (_, i) => (i % 7) / 7);
  const t = Float32Array.from({ length: 9000 }, (_, i) => i % 2);
  expect(diceLoss(p, t, { shape, batch: true })).toBe(diceLoss(overlap(p, t, { shape }).pool()));
});
