import { describe, expect, test } from "vitest";
import { diceCrossEntropyLoss, diceFocalLoss, type Loss, type Target, valueAndGradient } from "../src/index.ts";
import { type CompoundOptions, compoundReference } from "./compounds-reference.ts";
import { COMPOUND_MEASURES, COMPOUND_NAMES } from "./compounds-table.ts";
import { centralDifference } from "./reference.ts";
import { BEYOND, dataOf, LAYOUTS, numbers, shapeOf, spoiled } from "./regions-table.ts";

const GREAT = [0, 1, -1, 20, -20, 88, -88, 1000, -1000, Infinity, -Infinity];
/** What a true class at −Infinity costs at least, if not ∞. */
const HUGE = 1e10;

/** Equal within 1e-6 of itself, or 1e-12, for a power has fewer digits the smaller it is; where it is infinite, huge. */
function expectRight(got: number, wanted: number, what: string): void {
  const isRight = wanted === Infinity ? got >= HUGE : Math.abs(got - wanted) <= 1e-6 * Math.abs(wanted) + 1e-12;
  if (!isRight) expect.fail(`${what}: got ${got} for ${wanted}`);
}

/** Logits beyond ±1000 as ±1000, where all slopes have come to their limits. */
const held = (logits: readonly number[]): number[] => logits.map((x) => Math.max(-1000, Math.min(1000, x)));

const gradientOf = (loss: unknown, prediction: readonly number[], target: Target, options: object): number[] =>
  Array.from(valueAndGradient(loss as Loss, prediction as number[], target, options).gradient);

describe("great logits", () => {
  test("cross-entropy is that of float64, and its gradient, at any three of them", () => {
    for (const a of GREAT) {
      for (const b of GREAT) {
        for (const label of [0, 1, 2]) {
          for (const labelSmoothing of [0, 0.3]) {
            const options: CompoundOptions = { shape: [1, 3, 1], lambdaDice: 0, labelSmoothing };
            const [logits, target] = [[a, b, 0], Uint8Array.of(label)];
            const what = `${logits} at ${label}`;
            const wanted = compoundReference.diceCrossEntropyLoss(logits, target, options) as number;
            expectRight(diceCrossEntropyLoss(logits, target, options as object), wanted, what);
            const gradient = gradientOf(diceCrossEntropyLoss, logits, target, options);
            expect(gradient.every(Number.isFinite), what).toBe(true);
            const near = held(logits);
            if (new Set(near).size < new Set(logits).size) continue; // ∞ beside 1000
            const total = (p: ArrayLike<number>) => compoundReference.diceCrossEntropyLoss(p, target, options) as number;
            for (const [i, g] of gradient.entries()) expect(g, what).toBeCloseTo(centralDifference(total, near, i), 6);
          }
        }
      }
    }
  });

  test("binary cross-entropy and focal loss are those of float64, and their gradients, at each of them", () => {
    const ways: CompoundOptions[] = [
      { gamma: 0 },
      { gamma: 0.5 },
      {},
      { gamma: 5, alpha: 0.25 },
      { gamma: 1, alpha: 0 },
      { gamma: 20 },
      { gamma: 1e8 },
    ];
    for (const x of GREAT) {
      for (const t of [0, 1, 0.25, 0.5]) {
        const check = (name: "diceCrossEntropyLoss" | "diceFocalLoss", way: CompoundOptions) => {
          const options = { ...way, lambdaDice: 0 };
          const what = `${name} ${JSON.stringify(way)} of ${x} at ${t}`;
          const [got, value] = [COMPOUND_MEASURES[name]([x], [t], options), compoundReference[name]([x], [t], options)];
          expectRight(got as number, value as number, what);
          const [g] = gradientOf(COMPOUND_MEASURES[name], [x], [t], options);
          const wanted = centralDifference((p) => compoundReference[name](p, [t], options) as number, held([x]), 0);
          expect(g, what).toBeCloseTo(wanted, 6);
        };
        check("diceCrossEntropyLoss", {});
        check("diceCrossEntropyLoss", { weights: [0.5] });
        for (const way of ways) check("diceFocalLoss", way);
      }
    }
  });

  test("a focal loss of any γ is finite, and so is its gradient", () => {
    for (const gamma of [1e18, 1e20, 1e38, 1e39, 1e300]) {
      const { value, gradient } = valueAndGradient(diceFocalLoss, [3, -2, 60], [1, 1, 1], { gamma });
      expect([value, ...gradient].filter((each) => !Number.isFinite(each))).toEqual([]);
    }
  });

  test("where the target is 0 they add nothing, where it is 1 and they are −Infinity a huge loss", () => {
    for (const layout of LAYOUTS) {
      const options = { shape: shapeOf(1, 3, [1], layout), layout, lambdaDice: 0 };
      expect(diceCrossEntropyLoss([0, -Infinity, 0], [1, 0, 0], options)).toBeCloseTo(Math.LN2, 6);
      expect(diceCrossEntropyLoss([Infinity, 3, -Infinity], [1, 0, 0], options)).toBeCloseTo(0, 30);
      expect(diceCrossEntropyLoss([-Infinity, 3, 0], [1, 0, 0], options)).toBeGreaterThan(HUGE);
      expect(diceFocalLoss([0, -Infinity, Infinity], [1, 0, 1], options)).toBeCloseTo(Math.LN2 / 4 / 3, 6);
      expect(diceFocalLoss([-Infinity, -Infinity, 0], [1, 0, 0], options)).toBeGreaterThan(HUGE);
    }
  });

  test("both parts have a finite gradient, and ±1000 that of float64", () => {
    const logits = [1000, -1000, Infinity, 0, -1000, 1000, 0, -Infinity, 2, 3, 4, 5];
    const labels = Uint8Array.of(0, 1, 1, 2);
    for (const name of COMPOUND_NAMES) {
      for (const activation of ["sigmoid", "softmax"] as const) {
        const options: CompoundOptions = { shape: [1, 3, 4], activation };
        expect(gradientOf(COMPOUND_MEASURES[name], logits, labels, options).every(Number.isFinite)).toBe(true);
        const near = held(logits);
        const total = (p: ArrayLike<number>) => compoundReference[name](p, labels, options) as number;
        expect(COMPOUND_MEASURES[name](near, labels, options)).toBeCloseTo(total(near), 4);
        gradientOf(COMPOUND_MEASURES[name], near, labels, options).forEach((g, i) => {
          expect(g).toBeCloseTo(centralDifference(total, near, i), 6);
        });
      }
    }
  });
});

describe.each(COMPOUND_NAMES)("%s", (name) => {
  const measure = COMPOUND_MEASURES[name];
  const call = (p: ArrayLike<number>, t: ArrayLike<number>, options: CompoundOptions) =>
    measure(p as Float32Array, t as Float32Array, options);

  test("its gradient does not depend on what is left out, to the bit", () => {
    for (const layout of LAYOUTS) {
      const data = dataOf(2, 3, [BEYOND], layout, 1, true);
      const { prediction, floats, shape, mask } = data;
      const [p, t] = spoiled(data, [Number.NaN, Infinity, -1000]);
      for (const activation of ["none", "sigmoid", "softmax"] as const) {
        const options = { shape, layout, activation, mask };
        const wanted = valueAndGradient(measure as Loss, prediction, floats, options);
        expect(valueAndGradient(measure as Loss, p, t, options)).toEqual(wanted);
      }
    }
  });

  test("no samples: a mean of nothing is NaN, a sum 0; pooled they are one empty sample", () => {
    for (const layout of LAYOUTS) {
      const options: CompoundOptions = { shape: shapeOf(0, 3, [4], layout), layout };
      for (const target of [new Float32Array(0), new Uint8Array(0)]) {
        expect(call([], target, options)).toBeNaN();
        expect(call([], target, { ...options, reduction: "sum" })).toBe(0);
        expect(call([], target, { ...options, batch: true })).toBe(0);
        expect(call([], target, { ...options, batch: true, smooth: 0, empty: 0.25 })).toBe(0.75);
      }
    }
  });

  test("without positions, or with all of them left out, the part beside Dice is 0", () => {
    for (const layout of LAYOUTS) {
      const empty: CompoundOptions = { shape: shapeOf(2, 3, [0, 5], layout), layout };
      const { prediction, labels, floats, shape } = dataOf(2, 3, [9], layout, 3, true);
      const out: CompoundOptions = { shape, layout, mask: new Uint8Array(18) };
      for (const more of [{}, { smooth: 0, empty: 0.25 }, { weights: [1, 2, 3] }] as CompoundOptions[]) {
        const wanted = more.empty === undefined ? 0 : 0.75;
        for (const target of [new Float32Array(0), new Uint8Array(0)])
          expect(call([], target, { ...empty, ...more })).toBe(wanted);
        for (const target of [floats, labels]) expect(call(prediction, target, { ...out, ...more })).toBe(wanted);
        expect(
          call(
            prediction,
            labels.map(() => 9),
            { shape, layout, ignoreIndex: 9, ...more },
          ),
        ).toBe(wanted);
      }
    }
  });
});

test("labels whose weights are all 0 have no cross-entropy, and no slope", () => {
  for (const labelSmoothing of [0, 0.1]) {
    const options = { shape: [1, 3, 2], lambdaDice: 0, weights: [1, 1, 0], labelSmoothing };
    expect(diceCrossEntropyLoss([1, 2, 3, 4, 5, 6], Uint8Array.of(2, 2), options)).toBe(0);
    expect(gradientOf(diceCrossEntropyLoss, [1, 2, 3, 4, 5, 6], Uint8Array.of(2, 2), options).every((g) => g === 0)).toBe(true);
  }
});

test("a region that the mean leaves out is left out with its focal loss too", () => {
  const options = { shape: [1, 2, 3], activation: "none", smooth: 0, empty: Number.NaN } as const;
  const [p, t] = [
    [0, 0, 0, 1, 1, 0],
    [0, 0, 0, 1, 0, 0],
  ];
  const second = diceFocalLoss(p.slice(3), t.slice(3), { activation: "none", smooth: 0 });
  expect(diceFocalLoss(p, t, options)).toBeCloseTo(second, 12);
  expect(diceFocalLoss(p, t, { ...options, reduction: "sum" })).toBeCloseTo(second, 12);
  const rows = numbers(diceFocalLoss(p, t, { ...options, reduction: "none" }));
  expect(rows).toEqual([Number.NaN, expect.closeTo(second, 12)]);
  const gradient = gradientOf(diceFocalLoss, p, t, options);
  expect(gradient.map((g) => g === 0)).toEqual([true, true, true, false, false, false]);
  expect(diceFocalLoss([0, 0], [0, 0], { activation: "none", smooth: 0, empty: Number.NaN })).toBeNaN();
});
