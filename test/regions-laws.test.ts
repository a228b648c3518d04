import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  diceCoefficient,
  diceLoss,
  generalizedDiceLoss,
  type IntegerArray,
  Overlap,
  overlap,
  type Target,
  valueAndGradient,
} from "../src/index.ts";
import { GRID } from "../src/passes.ts";
import type { RegionOptions } from "./regions-reference.ts";
import {
  BEYOND,
  type Data,
  dataOf,
  expectClose,
  LAYOUTS,
  type Layout,
  NAMES,
  numbers,
  REGION_MEASURES,
  randomCall,
  resident,
  shapeOf,
  toLast,
} from "./regions-table.ts";
import { INTEGERS } from "./table.ts";

/** Any data in channels-first: samples, classes, positions on either side of blocks, seed. */
const calls = fc.tuple(
  fc.integer({ min: 1, max: 3 }),
  fc.integer({ min: 2, max: 12 }),
  fc.oneof(fc.integer({ min: 0, max: 70 }), fc.constantFrom(2047, 2049, 4095, 4097)),
  fc.integer({ min: 1 }),
);
const ways = fc.constantFrom<RegionOptions>(
  {},
  { squared: true },
  { activation: "sigmoid" },
  { activation: "softmax" },
  { intersection: "minimum" },
  { batch: true },
  { includeBackground: false },
);
const measures = fc.constantFrom(...NAMES);
const runs = { numRuns: 150 };

const first = ([samples, classes, positions, seed]: [number, number, number, number], layout: Layout = "channels-first"): Data =>
  dataOf(samples, classes, [positions], layout, seed, false);

describe("layouts and targets", () => {
  test("channels-first = channels-last: to the bit for label maps and under masks, which take the one pass", () => {
    fc.assert(
      fc.property(calls, ways, measures, fc.constantFrom("labels", "mask"), ([N, C, S, seed], way, name, kind) => {
        const data = first([N, C, S, seed]);
        const last: RegionOptions = {
          ...way,
          layout: "channels-last",
          shape: shapeOf(N, C, [S], "channels-last"),
          reduction: "none",
        };
        const plain: RegionOptions = { ...way, shape: data.shape, reduction: "none" };
        const more = kind === "mask" ? { mask: data.mask } : {};
        const [t, tLast] = kind === "labels" ? [data.labels, data.labels] : [data.floats, toLast(data.floats, data.shape)];
        const call = REGION_MEASURES[name];
        const turned = toLast(data.prediction, data.shape);
        expect(call(turned, tLast, { ...last, ...more })).toEqual(call(data.prediction, t, { ...plain, ...more }));
      }),
      runs,
    );
  });

  test("channels-first = channels-last within 1e-6 for floats, which take different passes", () => {
    fc.assert(
      fc.property(calls, ways, measures, ([N, C, S, seed], way, name) => {
        const data = first([N, C, S, seed]);
        const [p, t] = [toLast(data.prediction, data.shape), toLast(data.floats, data.shape)];
        const last: RegionOptions = {
          ...way,
          layout: "channels-last",
          shape: shapeOf(N, C, [S], "channels-last"),
          reduction: "none",
        };
        const got = REGION_MEASURES[name](p, t, last);
        const wanted = REGION_MEASURES[name](data.prediction, data.floats, { ...way, shape: data.shape, reduction: "none" });
        expectClose(got, wanted, 1e-6, name);
      }),
      runs,
    );
  });

  test("a label map = its one-hot floats: to the bit in channels-last, with softmax and with a mask, else within 1e-6", () => {
    fc.assert(
      fc.property(calls, ways, measures, fc.constantFrom(...LAYOUTS), fc.boolean(), (of, way, name, layout, masked) => {
        const data = first(of, layout);
        const options: RegionOptions = {
          ...way,
          shape: data.shape,
          layout,
          reduction: "none",
          ...(masked && { mask: data.mask }),
        };
        const got = REGION_MEASURES[name](data.prediction, data.labels, options);
        const wanted = REGION_MEASURES[name](data.prediction, data.oneHot, options);
        const onePass = layout === "channels-last" || masked || way.activation === "softmax";
        if (onePass) expect(got).toEqual(wanted);
        else expectClose(got, wanted, 1e-6, name);
      }),
      runs,
    );
  });

  test("ignoreIndex = a mask of the same positions, to the bit", () => {
    fc.assert(
      fc.property(calls, ways, measures, fc.constantFrom(...LAYOUTS), (of, way, name, layout) => {
        const data = first(of, layout);
        const options: RegionOptions = { ...way, shape: data.shape, layout, reduction: "none" };
        const labels = data.labels.map((label, k) => (data.mask[k] === 0 ? 255 : label));
        const got = REGION_MEASURES[name](data.prediction, labels, { ...options, ignoreIndex: 255 });
        expect(got).toEqual(REGION_MEASURES[name](data.prediction, data.labels, { ...options, mask: data.mask }));
        const both = { ...options, ignoreIndex: 255, mask: data.mask };
        expect(REGION_MEASURES[name](data.prediction, labels, both)).toEqual(got);
      }),
      runs,
    );
  });

  test("every integer type may hold the ignored label", () => {
    const data = first([2, 3, BEYOND, 5]);
    for (const Type of INTEGERS) {
      const ignored = Type.name.startsWith("I") ? -3 : 200;
      const labels = Type.from(Array.from(data.labels, (label, k) => (data.mask[k] === 0 ? ignored : label)));
      const got = diceLoss(data.prediction, labels, { shape: data.shape, ignoreIndex: ignored });
      expect(got, Type.name).toBe(diceLoss(data.prediction, data.labels, { shape: data.shape, mask: data.mask }));
    }
  });
});

describe("labels at positions that are left out", () => {
  const strange = (Type: (typeof INTEGERS)[number]) => (Type.name.startsWith("I") ? [-2, 127] : [250, 2]);

  test.each(INTEGERS.map((Type) => ({ Type })))("may be anything in $Type.name, for values and gradients", ({ Type }) => {
    for (const [classes, positions] of [
      [1, BEYOND],
      [3, 7],
      [3, BEYOND],
      [100, 515],
    ]) {
      const { mask, labels, prediction, shape } = first([2, classes, positions, 5]);
      const kept = Type.from(labels);
      const strangers = strange(Type);
      const target = kept.map((label, k) => (mask[k] === 0 ? strangers[k % 2] : label)) as IntegerArray;
      const gradient = new Float32Array(prediction.length);
      const wanted = valueAndGradient(diceLoss, prediction, kept, { shape, mask, activation: "sigmoid" });
      expect(valueAndGradient(diceLoss, prediction, target, { shape, mask, activation: "sigmoid", gradient })).toEqual(wanted);
      expect(diceLoss(prediction, target, { shape, mask, activation: "sigmoid" })).toBe(wanted.value);
    }
  });

  test("are not what is found amiss: the first that is kept is named", () => {
    const labels = Uint8Array.of(9, 0, 9, 1, 9, 9);
    const prediction = new Float32Array(12);
    const call = (mask: Uint8Array) => diceLoss(prediction, labels, { shape: [2, 2, 3], mask });
    expect(() => call(Uint8Array.of(0, 1, 0, 1, 1, 1))).toThrow("got 9 at position 4");
    expect(() => call(Uint8Array.of(0, 1, 1, 1, 0, 0))).toThrow("got 9 at position 2");
    const mask = Uint8Array.of(0, 1, 0, 1, 0, 0);
    expect(call(mask)).toBe(diceLoss(prediction, Uint8Array.of(0, 0, 0, 1, 0, 0), { shape: [2, 2, 3], mask }));
  });
});

describe("reductions", () => {
  const cases = fc.tuple(calls, ways, measures);

  test("sum = Σ of none, mean = that over their number", () => {
    fc.assert(
      fc.property(cases, ([of, way, name]) => {
        const data = first(of);
        const call = (reduction: "none" | "sum" | "mean") =>
          REGION_MEASURES[name](data.prediction, data.labels, { ...way, shape: data.shape, reduction });
        const rows = numbers(call("none"));
        const sum = rows.reduce((a, b) => a + b, 0);
        expect(call("sum")).toBeCloseTo(sum, 12);
        expect(call("mean")).toBeCloseTo(sum / rows.length, 12);
      }),
      runs,
    );
  });

  test("the mean of equal weights is that of none", () => {
    fc.assert(
      fc.property(cases, fc.double({ min: 1e-3, max: 1e3, noNaN: true }), ([of, way, name], weight) => {
        fc.pre(name !== "generalizedDiceLoss");
        const data = first(of);
        const kept = data.classes - (way.includeBackground === false ? 1 : 0);
        const options = { ...way, shape: data.shape };
        const got = REGION_MEASURES[name](data.prediction, data.labels, { ...options, weights: Array(kept).fill(weight) });
        expect(got).toBeCloseTo(REGION_MEASURES[name](data.prediction, data.labels, options) as number, 12);
      }),
      runs,
    );
  });

  test("with one sample batch changes nothing, to the bit", () => {
    fc.assert(
      fc.property(cases, ([[, C, S, seed], way, name]) => {
        const data = first([1, C, S, seed]);
        const options: RegionOptions = { ...way, shape: data.shape, reduction: "none" };
        const got = REGION_MEASURES[name](data.prediction, data.labels, { ...options, batch: true });
        expect(got).toEqual(REGION_MEASURES[name](data.prediction, data.labels, { ...options, batch: false }));
      }),
      runs,
    );
  });

  test("includeBackground: false drops region 0 of each sample", () => {
    fc.assert(
      fc.property(cases, ([of, way, name]) => {
        fc.pre(name !== "generalizedDiceLoss");
        const data = first(of);
        const options: RegionOptions = { ...way, shape: data.shape, reduction: "none", includeBackground: true };
        const all = numbers(REGION_MEASURES[name](data.prediction, data.labels, options));
        const kept = all.filter((_, k) => (way.batch ? k > 0 : k % data.classes > 0));
        const got = REGION_MEASURES[name](data.prediction, data.labels, { ...options, includeBackground: false });
        expect(numbers(got)).toEqual(kept);
      }),
      runs,
    );
  });

  test("a sample's generalized score does not depend on the others, to the bit", () => {
    fc.assert(
      fc.property(calls, fc.constantFrom("square", "simple", "uniform"), ([, C, S, seed], weighting) => {
        const data = first([3, C, S, seed]);
        const scores = generalizedDiceLoss(data.prediction, data.labels, { shape: data.shape, weighting, reduction: "none" });
        for (let sample = 0; sample < 3; sample++) {
          const p = data.prediction.subarray(sample * C * S, (sample + 1) * C * S);
          const t = data.labels.subarray(sample * S, (sample + 1) * S);
          expect(generalizedDiceLoss(p, t, { shape: [1, C, S], weighting })).toBe(scores[sample]);
        }
      }),
      runs,
    );
  });
});

describe("one record, wherever the data lies", () => {
  const taking = ({ shape, layout, activation, ignoreIndex, mask, intersection, threshold }: RegionOptions): RegionOptions =>
    Object.fromEntries(
      Object.entries({ shape, layout, activation, ignoreIndex, mask, intersection, threshold }).filter(
        ([, v]) => v !== undefined,
      ),
    );
  const dice = ({ form, alpha, beta, gamma, weighting, ...index }: RegionOptions): RegionOptions => index;

  test("copied = resident, to the bit, whichever operand is resident", () => {
    for (let seed = 500; seed < 700; seed++) {
      const { prediction, target, options } = randomCall(seed);
      const room = resident(prediction, target);
      const wanted = diceCoefficient(prediction, target, dice(options));
      for (const [p, t] of [
        [room.prediction, room.target],
        [room.prediction, target],
        [prediction, room.target],
      ] as [Float32Array, Target][]) {
        expect(diceCoefficient(p, t, dice(options)), `seed ${seed}`).toEqual(wanted);
      }
      expect(room.prediction, "unchanged").toEqual(prediction);
    }
  });

  test("an overlap with options = its arrays with options, to the bit", () => {
    for (let seed = 700; seed < 900; seed++) {
      const { prediction, target, options } = randomCall(seed);
      const sums = overlap(prediction, target, taking(options));
      const { shape, layout, activation, ignoreIndex, mask, threshold, ...rest } = dice(options);
      expect(diceCoefficient(sums, rest), `seed ${seed}`).toEqual(diceCoefficient(prediction, target, dice(options)));
      expect(diceCoefficient(Overlap.fromJSON(JSON.parse(JSON.stringify(sums))), rest)).toEqual(diceCoefficient(sums, rest));
      expect(diceCoefficient(sums.pool(), { ...rest, batch: false })).toEqual(diceCoefficient(sums, { ...rest, batch: true }));
    }
  });

  test("batches that are added = the whole with batch: to the bit for counts, within 1e-7 for floats", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 5 }), fc.constantFrom(5, BEYOND, GRID + 3), fc.integer(), (C, S, seed) => {
        const data = first([3, C, S, seed]);
        const hard = data.prediction.map((p) => (p > 0.5 ? 1 : 0));
        const pieces = (p: Float32Array, t: Target & { subarray(a: number, b: number): Target }, each: number): Overlap => {
          const total = new Overlap({ classes: C });
          for (const k of [2, 0, 1]) {
            const piece = p.subarray(k * C * S, (k + 1) * C * S);
            total.add(overlap(piece, t.subarray(k * each, (k + 1) * each), { shape: [1, C, S] }));
          }
          return total;
        };
        const options = { batch: true, reduction: "none", smooth: 1e-5 } as const;
        const shaped = { ...options, shape: data.shape };
        expect(diceCoefficient(pieces(hard, data.labels, S), options)).toEqual(diceCoefficient(hard, data.labels, shaped));
        const got = diceCoefficient(pieces(data.prediction, data.floats, C * S), options);
        expectClose(got, diceCoefficient(data.prediction, data.floats, shaped), 1e-7, "floats");
      }),
      { numRuns: 30 },
    );
  });
});
