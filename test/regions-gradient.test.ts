import { describe, expect, test } from "vitest";
import { diceLoss, generalizedDiceLoss, type Loss, valueAndGradient } from "../src/index.ts";
import { axesOf, type RegionOptions, regionReference } from "./regions-reference.ts";
import {
  type Data,
  dataBeyondBlocks,
  dataOf,
  expectGradient,
  known,
  LAYOUTS,
  type Layout,
  NAMES,
  REGION_MEASURES,
  randomCall,
  resident,
} from "./regions-table.ts";

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
type Operand = Float32Array | Uint8Array;

/** The data, its target, and what leaves positions out. */
function operands(layout: Layout, seed: number, logits: boolean): [Data, Operand, RegionOptions][] {
  const data = dataOf(2, 3, [7], layout, seed, logits);
  const marked = data.labels.map((label, k) => (data.mask[k] === 0 ? 255 : label));
  return [
    [data, data.floats, {}],
    [data, data.labels, {}],
    [data, data.floats, { mask: data.mask }],
    [data, marked, { ignoreIndex: 255 }],
  ];
}

describe.each(NAMES)("the gradient of %s over many regions", (name) => {
  test.each(WAYS)("is the central difference of the float64 reference with %o", (way) => {
    for (const layout of LAYOUTS) {
      for (const activation of ACTIVATIONS) {
        for (const [data, target, leaving] of operands(layout, 17, activation !== "none")) {
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

  test("is exactly 0 where positions are left out, and in a background that is", () => {
    for (const layout of LAYOUTS) {
      for (const activation of ACTIVATIONS) {
        const { prediction, floats, shape, mask, labels } = dataOf(2, 3, [1030], layout, 9, activation !== "none");
        const { samples, classes, positions, at } = axesOf({ shape, layout }, prediction.length);
        const marked = labels.map((label, k) => (mask[k] === 0 ? 7 : label));
        for (const [target, leaving] of [
          [floats, { mask }],
          [marked, { ignoreIndex: 7 }],
        ] as [Operand, RegionOptions][]) {
          const options = { shape, layout, activation, ...leaving };
          const { gradient } = valueAndGradient(REGION_MEASURES[name] as Loss, prediction, target, options);
          for (let place = 0; place < samples * positions; place++) {
            const all = Array.from(
              { length: classes },
              (_, c) => gradient[at(Math.floor(place / positions), c, place % positions)],
            );
            const zeros = all.every((g) => g === 0);
            if (zeros !== (mask[place] === 0)) expect.fail(`${layout} ${activation}: gradient ${all} at position ${place}`);
          }
        }
      }
    }
  });

  test("copied = resident, to the bit, and its value is that of the measure alone", () => {
    for (let seed = 900; seed < 925; seed++) {
      const { prediction, target, options: all } = randomCall(seed);
      const { threshold, ...options } = known(name, all);
      const wanted = valueAndGradient(REGION_MEASURES[name] as Loss, prediction, target, options as object);
      expect(wanted.value).toEqual(REGION_MEASURES[name](prediction, target, options));
      const room = resident(prediction, target);
      for (const gradient of [room.gradient, new Float32Array(prediction.length), undefined]) {
        const more = gradient ? { gradient } : {};
        const got = valueAndGradient(REGION_MEASURES[name] as Loss, room.prediction, room.target, {
          ...options,
          ...more,
        } as object);
        expect(got, `seed ${seed}`).toEqual(wanted);
      }
      const mixed = valueAndGradient(REGION_MEASURES[name] as Loss, prediction, room.target, {
        ...options,
        gradient: room.gradient,
      } as object);
      expect(mixed, `seed ${seed}`).toEqual(wanted);
      const plain = Array.from(prediction); // of which nothing is kept between the passes
      expect(valueAndGradient(REGION_MEASURES[name] as Loss, plain, target, options as object), `seed ${seed}`).toEqual(wanted);
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
      const { prediction, labels, shape } = dataOf(2, 5, [1030], layout, 2);
      const gradient = new Float32Array(prediction.length + 9).fill(7);
      const wanted = valueAndGradient(diceLoss, prediction, labels, { shape, layout }).gradient;
      expect(valueAndGradient(diceLoss, prediction, labels, { shape, layout, gradient }).gradient).toBe(gradient);
      expect(gradient.subarray(0, prediction.length)).toEqual(wanted);
      expect(gradient.subarray(prediction.length)).toEqual(new Float32Array(9).fill(7));
    }
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
