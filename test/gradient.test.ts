import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FLOATS, MINIMUM } from "../src/engine.ts";
import {
  allocate,
  diceCrossEntropyLoss,
  diceFocalLoss,
  diceLoss,
  focalTverskyLoss,
  jaccardLoss,
  type Loss,
  tverskyLoss,
  valueAndGradient,
} from "../src/index.ts";
import { first, floats, kernels, memory } from "./kernels.ts";
import { centralDifference, type ReferenceOptions, reference } from "./reference.ts";
import { known } from "./regions-table.ts";
import { bytesOf, LENGTHS, MEASURES, maskOf, type Name, softPair } from "./table.ts";
import { throws } from "./throws.ts";

const SMOOTH = [1, 1e-5, 0];
const WAYS: ReferenceOptions[] = [
  {},
  { squared: true },
  { intersection: "minimum" },
  { intersection: "minimum", squared: true },
  { form: "negative" },
  { form: "log" },
  { alpha: 0.3, beta: 0.7 },
  { alpha: 0.7, beta: 0.3, gamma: 4 / 3 },
];

describe.each(Object.entries(MEASURES))("the gradient of %s", (name, measure) => {
  const oracle = reference[name as Name];

  test.each(WAYS)("is the central difference of the float64 reference with %o", (way) => {
    for (const smooth of SMOOTH) {
      for (const length of [1, 3, 4, 5, 17, 63, 300, 1030]) {
        const options = known(name as Name, { ...way, smooth });
        const { prediction, target } = softPair(length, length);
        const { value, gradient } = valueAndGradient(measure as Loss, prediction, target, options);
        expect(value).toBe(measure(prediction, target, options));
        expect(gradient).toHaveLength(length);
        for (const i of new Set([0, 1, length >> 1, length - 1].filter((at) => at < length))) {
          const expected = centralDifference((p) => oracle(p, target, options), prediction, i);
          const scale = Math.max(...gradient.map(Math.abs));
          expect(Math.abs(gradient[i] - expected), `length ${length}, smooth ${smooth}, at ${i}`).toBeLessThanOrEqual(
            1e-6 * scale + Math.max(1e-7 / length, 2e-8), // its terms, of the size of 1 / length, may cancel in float32
          );
        }
      }
    }
  });
});

describe("where there is no slope", () => {
  test("two empty masks without smoothing have a flat loss", () => {
    expect(valueAndGradient(diceLoss, [0, 0, 0], [0, 0, 0], { smooth: 0 })).toEqual({ value: 0, gradient: new Float32Array(3) });
  });

  test("two empty masks with smoothing have the gradient s / d²", () => {
    const { gradient } = valueAndGradient(diceLoss, [0, 0], [0, 0], { smooth: { numerator: 1, denominator: 4 } });
    expect(gradient).toEqual(Float32Array.of(1 / 16, 1 / 16));
  });

  test("a perfect prediction has no loss and, for the focal one, no slope, whatever the weights", () => {
    const amount = fc.double({ min: 0, max: 10, noNaN: true });
    fc.assert(
      fc.property(amount, amount, fc.integer({ min: 1, max: 300 }), amount, (alpha, beta, n, smooth) => {
        const mask = new Float32Array(n).fill(1);
        const options = { alpha, beta, smooth };
        expect(tverskyLoss(mask, mask, options)).toBe(0);
        expect(valueAndGradient(focalTverskyLoss, mask, mask, options)).toEqual({ value: 0, gradient: new Float32Array(n) });
      }),
    );
  });

  test("below its floor the logarithm is flat", () => {
    expect(valueAndGradient(diceLoss, [1, 0], [0, 1], { smooth: 0, form: "log" }).gradient).toEqual(new Float32Array(2));
  });

  test("NaN in the data gives NaN throughout", () => {
    expect([...valueAndGradient(diceLoss, [Number.NaN, 0.5], [1, 0]).gradient]).toEqual([Number.NaN, Number.NaN]);
  });

  test("nothing in, nothing out", () => {
    expect(valueAndGradient(diceLoss, [], [])).toEqual({ value: 0, gradient: new Float32Array(0) });
  });
});

describe("where the gradient is written", () => {
  test("copied, resident and mixed operands and outputs give the same bits at every length", () => {
    for (const length of LENGTHS) {
      const { prediction, target } = softPair(length, length);
      const room = allocate(length, { gradient: true });
      room.prediction.set(prediction);
      room.target.set(target);
      for (const options of [{}, { squared: true }, { intersection: "minimum" }, { activation: "sigmoid" }] as const) {
        const expected = valueAndGradient(jaccardLoss, prediction, target, options);
        for (const p of [prediction, room.prediction]) {
          for (const t of [target, room.target]) {
            for (const gradient of [new Float32Array(length), room.gradient.fill(9)]) {
              const got = valueAndGradient(jaccardLoss, p, t, { ...options, gradient });
              expect(got.gradient).toBe(gradient);
              expect(got.value).toBe(expected.value);
              expect(bytesOf(gradient.subarray(0, length)).equals(bytesOf(expected.gradient))).toBe(true);
            }
          }
        }
      }
    }
  });

  test("a longer output keeps what lies beyond, also in linear memory", () => {
    const { prediction, target } = softPair(1029, 3);
    const room = allocate(1040, { gradient: true });
    room.prediction.set(prediction);
    room.target.set(target);
    for (const activation of ["none", "sigmoid"] as const) {
      const expected = valueAndGradient(diceLoss, prediction, target, { activation }).gradient;
      for (const gradient of [new Float32Array(1040).fill(7), room.gradient.fill(7)]) {
        valueAndGradient(diceLoss, room.prediction.subarray(0, 1029), room.target.subarray(0, 1029), { gradient, activation });
        expect(gradient.subarray(0, 1029)).toEqual(expected);
        expect(gradient.subarray(1029)).toEqual(new Float32Array(11).fill(7));
      }
    }
  });

  test("masks of integers have the gradient of their floats, to the bit", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3000 }), fc.integer(), (length, seed) => {
        const { prediction } = softPair(length, seed);
        const mask = maskOf(length, seed);
        const expected = valueAndGradient(diceLoss, prediction, Float32Array.from(mask));
        expect(valueAndGradient(diceLoss, prediction, mask)).toEqual(expected);
        expect(valueAndGradient(diceLoss, Float64Array.from(prediction), Int16Array.from(mask))).toEqual(expected);
      }),
    );
  });
});

test("slopes beyond float32 leave no NaN in the gradient of finite data with a finite value", () => {
  const all = [
    valueAndGradient(diceCrossEntropyLoss, [200, 0], Uint8Array.of(0), { shape: [1, 2], smooth: 0, lambdaDice: 6 }),
    valueAndGradient(tverskyLoss, [-1000], [0], { activation: "sigmoid", smooth: 0, alpha: 0.1 }),
    valueAndGradient(focalTverskyLoss, [-100], [0], { activation: "sigmoid", smooth: 0, alpha: 0.3, gamma: 2 }),
    valueAndGradient(diceLoss, [1e-39, 0], [0, 0], { smooth: 0 }),
    valueAndGradient(diceLoss, [1e-39, 0], [0, 0], { smooth: 0, squared: true }),
    valueAndGradient(diceLoss, [1e-20, 0, 1e-20], [0, 0, 1e-20], { smooth: 0, squared: true }),
    valueAndGradient(diceFocalLoss, [1000, -1000], [0, 0], { gamma: 1e39 }),
    valueAndGradient(diceLoss, [1e-38], [0], { shape: [1, 1, 1], smooth: 0, weights: [3], reduction: "sum" }),
  ];
  for (const { value, gradient } of all) {
    expect(Number.isFinite(value)).toBe(true);
    expect(gradient.some(Number.isNaN)).toBe(false);
  }
});

describe("the kernel", () => {
  const [a, b, c] = [-1.5, 0.25, 0.1].map(Math.fround);
  const LABEL = 7;
  const times = (x: number, y: number) => Math.fround(x * y);
  const plus = (x: number, y: number) => Math.fround(x + y);
  const minimumSlope = (p: number, t: number) => (p < t ? 1 : p > t ? 0 : 0.5);

  test.each([FLOATS, MINIMUM, LABEL])("takes targets as %i at every length, in the steps that are documented", (label) => {
    for (let n = 0; n < 70; n++) {
      const { prediction, target } = softPair(n, n + 1);
      for (let i = 0; i < n; i += 5) target[i] = prediction[i]; // ties
      const bytes = Uint8Array.from(target, (t) => (t > 0.5 ? LABEL : 5));
      const slopes = prediction.map((p, i) => {
        const h = label === FLOATS ? target[i] : label === MINIMUM ? minimumSlope(p, target[i]) : Number(bytes[i] === LABEL);
        return plus(times(a, h), plus(times(b, p), c));
      });
      const byLogits = slopes.map((g, i) => times(g, times(prediction[i], plus(1, -prediction[i]))));
      for (const sigmoid of [0, 1]) {
        for (const inPlace of [false, true]) {
          const [t, p] = [first, first + 4 * 128];
          const g = inPlace ? p : first + 8 * 128;
          floats(first, 3 * 128).fill(Number.NaN);
          floats(p, n).set(prediction);
          if (label < 0) floats(t, n).set(target);
          else new Uint8Array(memory.buffer, t, n).set(bytes);
          kernels.gradient(t, p, g, n, label, a, b, c, sigmoid);
          expect(floats(g, n), `${n} elements, sigmoid ${sigmoid}`).toEqual(sigmoid ? byLogits : slopes);
          expect(floats(g + 4 * n, 16)).toEqual(new Float32Array(16).fill(Number.NaN));
        }
      }
    }
  });
});

describe("a gradient passed in is not written to", () => {
  const isUntouched = (gradient: Float32Array) => gradient.every((slope) => slope === 7);

  test.each([Uint8Array, Int16Array, Int32Array])("where the first or the last label of a %o is wrong", (Type) => {
    for (const options of [
      { activation: "sigmoid", shape: [1, 1, 200_000] },
      { activation: "softmax", shape: [1, 3, 200_000] },
    ] as const) {
      const elements = options.shape[1] * 200_000;
      const target = new Type(200_000);
      const gradient = new Float32Array(elements).fill(7);
      const call = () => valueAndGradient(diceLoss, new Float32Array(elements), target, { ...options, gradient });
      for (const at of [0, 199_999]) {
        target[at] = 9;
        throws(call, RangeError, `got 9 at position ${at}`);
        expect(isUntouched(gradient)).toBe(true);
        target[at] = 0;
      }
      expect(call().gradient.includes(7)).toBe(false);
    }
  });

  test.each([
    { activation: "sigmoid" },
    { shape: [1, 3, 20_000], activation: "softmax" },
    { shape: [1, 20_000, 3], layout: "channels-last", activation: "softmax" },
    { shape: [2, 3, 10_000], activation: "sigmoid" },
  ] as const)("where a plain array ends with what is no number: %o", (options) => {
    const numbers = Array<number>(60_000).fill(0.5);
    const wrong = [...numbers.slice(0, -1), "1" as unknown as number];
    for (const other of [numbers, Float32Array.from(numbers)]) {
      for (const [p, t, name] of [
        [wrong, other, "prediction"],
        [other, wrong, "target"],
      ] as const) {
        const gradient = new Float32Array(60_000).fill(7);
        const call = () => valueAndGradient(diceLoss, p, t, { ...options, gradient });
        throws(call, TypeError, `"${name}[59999]" expected a number`);
        expect(isUntouched(gradient)).toBe(true);
      }
    }
  });
});
