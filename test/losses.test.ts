import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  allocate,
  diceCoefficient,
  diceLoss,
  focalTverskyLoss,
  jaccardIndex,
  jaccardLoss,
  overlap,
  tverskyIndex,
  tverskyLoss,
  valueAndGradient,
} from "../src/index.ts";
import { type ReferenceOptions, reference } from "./reference.ts";
import { INTEGERS, LENGTHS, MEASURES, maskOf, type Name, softPair, WAYS } from "./table.ts";

const BOUND = 4e-7; // four sums, each within 1e-7 of itself

const shares = (length: number) => fc.float32Array({ minLength: length, maxLength: length, min: 0, max: 1, noNaN: true });
const pairs = fc.integer({ min: 0, max: 700 }).chain((n) => fc.tuple(shares(n), shares(n)));
const amounts = fc.double({ min: 0, max: 10, noNaN: true });

describe("the article's example", () => {
  const prediction = [0.38574776, 0.08795848, 0.83927506, 0.21592768, 0.44453627, 0.10463644, 0.8793516, 0.65118235, 0.5184219];
  const target = [1, 0, 0, 0, 0, 0, 1, 1, 1];
  // its figures come from float32: half a unit in their last place, and a little for its own sums
  const digits = 6.5;

  test("intersection", () => expect(overlap(prediction, target).intersection[0]).toBeCloseTo(2.4347036, digits));
  test("coefficient with smoothing", () => expect(diceCoefficient(prediction, target)).toBeCloseTo(0.64307916, digits));
  test("loss with smoothing", () => expect(diceLoss(prediction, target)).toBeCloseTo(0.35692084, digits));
  test("coefficient without", () => expect(diceCoefficient(prediction, target, { smooth: 0 })).toBeCloseTo(0.59916145, digits));
  test("loss without", () => expect(diceLoss(prediction, target, { smooth: 0 })).toBeCloseTo(0.40083855, digits));
});

describe.each(Object.entries(MEASURES))("%s against the naive float64 reference", (name, measure) => {
  test.each(WAYS)("%o, at every length around the tiles", (way) => {
    for (const length of LENGTHS) {
      const { prediction, target } = softPair(length, length + 1);
      for (const options of [way, { ...way, smooth: 0 }, { ...way, smooth: { numerator: 0, denominator: 1e-5 } }]) {
        const expected = reference[name as Name](prediction, target, options);
        expect(Math.abs(measure(prediction, target, options) - expected), `length ${length}`).toBeLessThanOrEqual(BOUND);
      }
    }
  });

  test.each(INTEGERS.map((Type) => [Type.name, Type] as const))(
    "a mask in a %s is the same as in a Float32Array, to the bit",
    (_, Type) => {
      for (const length of LENGTHS) {
        const { prediction } = softPair(length, length);
        const mask = maskOf(length, length + 2);
        const expected = measure(prediction, Float32Array.from(mask));
        expect(measure(prediction, Type.from(mask))).toBe(expected);
        expect(Math.abs(expected - reference[name as Name](prediction, mask))).toBeLessThanOrEqual(BOUND);
        if (length === 0) continue;
        prediction[length >> 1] = Infinity;
        expect(measure(prediction, Type.from(mask))).toBe(measure(prediction, Float32Array.from(mask)));
      }
    },
  );

  test("Float64Array and number[] give what their float32 values give, to the bit", () => {
    for (const length of [0, 1, 9, 300, 1024, 5000]) {
      const { prediction, target } = softPair(length, 5);
      const wide = Float64Array.from(prediction, (p) => p + 1e-12);
      const expected = measure(prediction, target);
      expect(measure(wide, target)).toBe(expected);
      expect(measure(Array.from(wide), Array.from(target))).toBe(expected);
      expect(measure(prediction, Float64Array.from(target))).toBe(expected);
    }
  });

  test("an overlap stands for its arrays, to the bit", () => {
    for (const length of [0, 9, 1024, 40_000]) {
      const { prediction, target } = softPair(length, 6);
      for (const way of WAYS) {
        const { intersection, threshold, ...rest } = way;
        const taken = overlap(prediction, target, { ...(intersection && { intersection }), ...(threshold && { threshold }) });
        const fromOverlap = measure as unknown as (sums: typeof taken, options: ReferenceOptions) => number;
        expect(fromOverlap(taken, rest)).toBe(measure(prediction, target, way));
      }
    }
  });
});

describe("laws", () => {
  test("loss + coefficient = 1", () => {
    fc.assert(
      fc.property(pairs, amounts, ([p, t], smooth) => {
        expect(diceLoss(p, t, { smooth }) + diceCoefficient(p, t, { smooth })).toBeCloseTo(1, 15);
        expect(jaccardLoss(p, t, { smooth }) + jaccardIndex(p, t, { smooth })).toBeCloseTo(1, 15);
        expect(diceLoss(p, t, { smooth, form: "negative" })).toBe(0 - diceCoefficient(p, t, { smooth })); // 0, never −0
      }),
    );
  });

  test("dice with smooth s = tversky(½, ½) with s/2", () => {
    fc.assert(
      fc.property(pairs, amounts, ([p, t], smooth) => {
        expect(tverskyIndex(p, t, { smooth: smooth / 2 })).toBeCloseTo(diceCoefficient(p, t, { smooth }), 14);
      }),
    );
  });

  test("jaccard = tversky(1, 1), and = D / (2 − D) without smoothing", () => {
    fc.assert(
      fc.property(pairs, ([p, t]) => {
        const D = diceCoefficient(p, t, { smooth: 0 });
        expect(jaccardIndex(p, t, { smooth: 0 })).toBeCloseTo(D / (2 - D), 12);
        expect(tverskyIndex(p, t, { smooth: 0, alpha: 1, beta: 1 })).toBeCloseTo(jaccardIndex(p, t, { smooth: 0 }), 12);
      }),
    );
  });

  test("dice is symmetric in prediction and target, to the bit", () => {
    fc.assert(
      fc.property(pairs, fc.constantFrom(...WAYS.slice(0, 4)), ([p, t], way) => {
        expect(diceCoefficient(p, t, way)).toBe(diceCoefficient(t, p, way));
      }),
    );
  });

  test("swapping prediction and target swaps alpha and beta", () => {
    fc.assert(
      fc.property(pairs, amounts, amounts, ([p, t], alpha, beta) => {
        expect(tverskyIndex(p, t, { alpha, beta })).toBeCloseTo(tverskyIndex(t, p, { alpha: beta, beta: alpha }), 12);
      }),
    );
  });

  test("alpha punishes false positives, beta false negatives", () => {
    const falsePositive = [
      [1, 1, 0, 0],
      [1, 0, 0, 0],
    ] as const;
    const falseNegative = [
      [1, 0, 0, 0],
      [1, 1, 0, 0],
    ] as const;
    expect(tverskyIndex(...falsePositive, { alpha: 0.9, beta: 0.1, smooth: 0 })).toBeCloseTo(1 / 1.9, 15);
    expect(tverskyIndex(...falseNegative, { alpha: 0.9, beta: 0.1, smooth: 0 })).toBeCloseTo(1 / 1.1, 15);
  });

  test("the loss of soft data against itself is 0 with the minimum", () => {
    fc.assert(
      fc.property(pairs, ([p]) => {
        expect(diceLoss(p, p, { intersection: "minimum" })).toBeCloseTo(0, 15);
      }),
    );
  });

  test("gamma 1 is the Tversky loss, gamma 0 is 1", () => {
    fc.assert(
      fc.property(pairs, ([p, t]) => {
        expect(focalTverskyLoss(p, t, { gamma: 1 })).toBeCloseTo(tverskyLoss(p, t), 15);
        expect(focalTverskyLoss(p, t, { gamma: 0 })).toBe(1);
      }),
    );
  });

  test("on masks dice is the F1 score: it holds precision and recall", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), fc.integer(), (length, seed) => {
        const [p, t] = [maskOf(length, seed), maskOf(length, seed + 1)];
        const hits = p.filter((v, i) => v === 1 && t[i] === 1).length;
        fc.pre(hits > 0);
        const precision = hits / p.filter((v) => v === 1).length;
        const recall = hits / t.filter((v) => v === 1).length;
        const D = diceCoefficient(Float32Array.from(p), t, { smooth: 0 });
        expect(D).toBeCloseTo((2 * precision * recall) / (precision + recall), 14);
      }),
    );
  });
});

describe("edges", () => {
  test("length 0 is the smoothing ratio, or what empty says", () => {
    expect(diceCoefficient([], [])).toBe(1);
    expect(diceCoefficient([], [], { smooth: { numerator: 1, denominator: 4 } })).toBe(0.25);
    expect(diceCoefficient([], [], { smooth: 0 })).toBe(1);
    expect(diceCoefficient(new Float32Array(0), new Uint8Array(0), { smooth: 0, empty: 0 })).toBe(0);
    expect(diceCoefficient([], [], { smooth: 0, empty: Number.NaN })).toBeNaN();
  });

  test("two empty masks are perfect, a false positive on an empty target is not", () => {
    expect(diceLoss([0, 0, 0], [0, 0, 0])).toBe(0);
    expect(diceLoss([0, 0, 0], [0, 0, 0], { smooth: 0 })).toBe(0);
    expect(diceLoss([0, 1, 0], [0, 0, 0], { smooth: 0 })).toBe(1);
    expect(diceLoss([0, 0, 0], [0, 0, 0], { smooth: { numerator: 0, denominator: 1e-7 } })).toBe(1);
  });

  test("the logarithm is held above 1e-7", () => {
    expect(diceLoss([1, 0], [0, 1], { smooth: 0, form: "log" })).toBeCloseTo(-Math.log(1e-7), 12);
    expect(diceLoss([1, 0], [1, 0], { smooth: 0, form: "log" })).toBeCloseTo(0, 15);
  });

  test("a loss of 0 is 0 and not −0, whichever way it takes", () => {
    const room = allocate(1);
    room.prediction.fill(1);
    for (const [form, t, smooth] of [
      ["log", 1, 1],
      ["negative", 0, 0],
    ] as const) {
      const options = { form, smooth };
      expect(diceLoss([1], [t], options)).toBe(0);
      expect(diceLoss(Float32Array.of(1), Float32Array.of(t), options)).toBe(0);
      expect(diceLoss(room.prediction, Float32Array.of(t), options)).toBe(0);
      expect(diceLoss(overlap([1], [t]), options)).toBe(0);
      expect(valueAndGradient(diceLoss, Float32Array.of(1), Float32Array.of(t), options).value).toBe(0);
    }
  });

  test("NaN anywhere in the data gives NaN, also through the threshold and the minimum", () => {
    for (const [name, measure] of Object.entries(MEASURES)) {
      for (const way of WAYS) {
        for (const at of [0, 5, 299, 1500]) {
          const { prediction, target } = softPair(2000, 3);
          prediction[at] = Number.NaN;
          expect(measure(prediction, target, way), name).toBeNaN();
          const clean = softPair(2000, 3);
          clean.target[at] = Number.NaN;
          expect(measure(clean.prediction, clean.target, way), name).toBeNaN();
        }
      }
    }
  });

  test("the threshold is reached by equality, in float32", () => {
    expect(overlap([0.3, 0.29999], [1, 1], { threshold: 0.3 }).prediction[0]).toBe(1);
  });

  test("a threshold above 0 is not reached by 0, however small it is", () => {
    for (const threshold of [Number.MIN_VALUE, 1e-46, 2 ** -149])
      expect(overlap([0, 2 ** -149, 1], [0, 1, 1], { threshold }).prediction[0], `${threshold}`).toBe(2);
    for (const threshold of [0, -Number.MIN_VALUE]) expect(overlap([0, 1], [0, 1], { threshold }).prediction[0]).toBe(2);
  });
});
