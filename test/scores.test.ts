import { describe, expect, test } from "vitest";
import { allocate, diceCoefficient, type IntegerArray, Overlap, type Ratios, scoreLabels } from "../src/index.ts";
import { INTEGERS, maskOf, random } from "./table.ts";
import { type Kept, linesOf, meanRates, type Rates, ratesOf, talliesOf, talliesOfLabels, totalOf } from "./tallies.ts";

type Integers = (typeof INTEGERS)[number];

const next = random(11);
const pool = Uint32Array.from({ length: 150_001 }, () => 2 ** 32 * next());
const mask = maskOf(pool.length, 12);

const signed = (Type: Integers) => Type.name.startsWith("I");
const most = (Type: Integers) => 2 ** (8 * Type.BYTES_PER_ELEMENT - (signed(Type) ? 1 : 0)) - 1;
/** A label that is no class: -1, or the largest there is. */
const voidLabel = (Type: Integers) => (signed(Type) ? -1 : most(Type));

/** Random labels of all classes that the type can hold, as plain numbers. */
function labelsOf(Type: Integers, length: number, classes: number, seed: number): Float64Array {
  const held = Math.min(classes, most(Type) + 1);
  return new Float64Array(length).map((_, i) => pool[(i + 7919 * seed) % pool.length] % held);
}

/** A prediction that is right about every other time. */
function guessOf(Type: Integers, target: Float64Array, classes: number): Float64Array {
  const guess = labelsOf(Type, target.length, classes, 5);
  return guess.map((label, i) => (pool[i] & 64 && target[i] <= most(Type) ? target[i] : label));
}

interface Maps {
  readonly P: Integers;
  readonly T: Integers;
  readonly guess: Float64Array;
  readonly target: Float64Array;
}

function expectExact({ P, T, guess, target }: Maps, options: Kept & { classes: number }, what: string): void {
  const scores = scoreLabels(new P(guess), new T(target), options);
  expect(linesOf(talliesOf(scores)), what).toBe(linesOf(talliesOfLabels(guess, target, options)));
}

function expectRates(actual: Ratios, expected: Rates): void {
  for (const [name, rate] of Object.entries(expected)) {
    if (Number.isNaN(rate)) expect(actual[name as keyof Rates], name).toBeNaN();
    else expect(actual[name as keyof Rates], name).toBeCloseTo(rate, 13);
  }
}

const CLASSES = [1, 2, 3, 4, 5, 8, 9, 20, 100, 254, 255, 256, 300];
const LENGTHS = [0, 1, 15, 16, 17, 255, 1023, 1025, 4080, 4081, 16 * 255 + 3];
const PAIRS = INTEGERS.flatMap((P) => INTEGERS.map((T) => ({ P, T, name: `${P.name} against ${T.name}` })));

describe.each(PAIRS)("the counts of $name", ({ P, T }) => {
  const mapsOf = (classes: number, length: number): Maps => {
    const target = labelsOf(T, length, classes, 1);
    return { P, T, guess: guessOf(P, target, classes), target };
  };

  const expectAll = (classes: number, length: number) => {
    const maps = mapsOf(classes, length);
    const what = `${classes} classes, length ${length}`;
    const some = { mask: mask.subarray(0, length) };
    const ignored = { ignoreIndex: Math.min(classes - 1, 3) };
    const holed = maps.target.map((label, i) => (i % 3 ? label : voidLabel(T)));
    expectExact(maps, { classes }, what);
    if (length > 1025) return;
    expectExact(maps, { classes, ...some }, `${what}, mask`);
    expectExact(maps, { classes, ...ignored }, `${what}, a class ignored`);
    expectExact(maps, { classes, ...ignored, ...some }, `${what}, a class ignored, mask`);
    expectExact({ ...maps, target: holed }, { classes, ignoreIndex: voidLabel(T) }, `${what}, a label that is no class ignored`);
  };

  test("are exact at lengths around the tiles, with and without what is left out", () => {
    for (const classes of CLASSES) for (const length of classes < 100 ? LENGTHS : [0, 17, 1025, 4083]) expectAll(classes, length);
  });

  test("are exact beyond a staged block, and with one label alone", () => {
    for (const classes of [1, 3, 8, 9, 300, 600]) expectExact(mapsOf(classes, 20_000), { classes }, `${classes} classes`);
    for (const classes of P === T ? [3, 8, 9] : [3]) expectExact(mapsOf(classes, 140_000), { classes }, `${classes} classes`);
    const ones = new Float64Array(20_000).fill(1);
    expectExact({ P, T, guess: ones, target: ones }, { classes: 2 }, "one label alone");
  });
});

describe("the scores", () => {
  const labels = labelsOf(Uint8Array, 3000, 6, 1);
  const [guess, target] = [new Uint8Array(guessOf(Uint8Array, labels, 6)), new Uint8Array(labels)];

  test.each([
    { classes: 6 },
    { classes: 8, beta: 2 },
    { classes: 12, beta: 0.5, empty: 0 },
    { classes: 12, beta: 0, empty: 1, ignoreIndex: 2 },
    { classes: 7, includeBackground: false, mask: mask.subarray(0, 3000) },
    { classes: 12, includeBackground: false, empty: Number.NaN, ignoreIndex: 0 },
  ] as const)("are the ratios of the counts, for each class and averaged: %#", (options) => {
    const scores = scoreLabels(guess, target, options);
    const { classes, beta, empty, includeBackground } = { beta: 1, empty: Number.NaN, includeBackground: true, ...options };
    const first = includeBackground ? 0 : 1;
    const kept = talliesOfLabels(guess, target, options).slice(first);
    const rates = kept.map((tally) => ratesOf(tally, beta, empty));
    expect(scores.classes.map(({ label }) => label)).toEqual(kept.map((_, k) => first + k));
    expect(linesOf(talliesOf(scores))).toBe(linesOf(kept));
    for (const [k, rate] of rates.entries()) expectRates(scores.classes[k], rate);
    expectRates(
      scores.macro,
      meanRates(
        rates,
        kept.map(() => 1),
      ),
    );
    expectRates(scores.micro, ratesOf(totalOf(kept), beta, empty));
    expectRates(
      scores.weighted,
      meanRates(
        rates,
        kept.map(({ tp, fn }) => tp + fn),
      ),
    );
    const scored = Array.from({ length: classes }, (_, label) => label).slice(first);
    expect(scores.skipped).toEqual(scored.filter((_, k) => kept[k].tp + kept[k].fp + kept[k].fn === 0));
  });

  test("of the example in the documentation", () => {
    const { classes, macro, skipped } = scoreLabels(Uint8Array.of(0, 1, 1, 2), Uint8Array.of(0, 1, 2, 2), { classes: 4 });
    expect(classes[1].precision).toBe(0.5);
    expect(macro.dice).toBeCloseTo((1 + 2 / 3 + 2 / 3) / 3, 15);
    expect(skipped).toEqual([3]);
    expect(classes[3].dice).toBeNaN();
  });

  test("weighted are the mean where no class scored is in the target", () => {
    const guess = Uint8Array.of(1, 0, 2, 1);
    const nothing = new Uint8Array(4);
    for (const empty of [0, 1, Number.NaN]) {
      const { macro, weighted } = scoreLabels(guess, nothing, { classes: 3, includeBackground: false, empty });
      expect(weighted).toEqual(macro);
      expect(weighted.dice).toBe(0); // all are false positives
      expect(weighted.specificity).toBe((2 / 4 + 3 / 4) / 2);
      expect(weighted.recall).toBe(empty);
    }
  });

  test("of nothing are empty", () => {
    const none = new Uint8Array(0);
    for (const empty of [0, 1, Number.NaN]) {
      const { classes, macro, micro, weighted, skipped } = scoreLabels(none, none, { classes: 3, empty });
      for (const ratios of [...classes, macro, micro, weighted])
        expect([ratios.dice, ratios.specificity]).toEqual([empty, empty]);
      expect(skipped).toEqual([0, 1, 2]);
    }
  });

  test("dice is the coefficient of the overlap, without smoothing", () => {
    const scores = scoreLabels(guess, target, { classes: 8 });
    const rows = diceCoefficient(scores.overlap, { smooth: 0, empty: Number.NaN, reduction: "none" });
    expect(scores.classes.map(({ dice }) => dice)).toEqual([...rows]);
    expect([...diceCoefficient(scores.overlap, { smooth: 0, empty: Number.NaN, squared: true, reduction: "none" })]).toEqual([
      ...rows,
    ]);
  });
});

describe("label maps in linear memory", () => {
  const length = 140_003;
  test.each([
    [Uint8Array, 4],
    [Uint8Array, 40],
    [Int16Array, 4],
    [Uint32Array, 4],
    [Uint32Array, 40],
  ] as const)("are scored as copied ones are: %o, %i classes", (Type, classes) => {
    const labels = labelsOf(Type, length, classes, 1);
    const [p, t] = [new Type(guessOf(Type, labels, classes)), new Type(labels)];
    const place = (labels: IntegerArray) => {
      const { target } = allocate(2 * length + 1, { target: Type as typeof Uint8Array });
      target.set(labels, 1);
      return target;
    };
    const at = (array: IntegerArray, start: number) => array.subarray(start, start + length) as IntegerArray;
    const [ofP, ofT] = [place(p), place(t)];
    ofT.set(p, 1 + length);
    for (const way of [{}, { ignoreIndex: 1 }, { mask: mask.subarray(0, length) }]) {
      const options = { classes, ...way };
      const copied = scoreLabels(p, t, options);
      expect(scoreLabels(p, at(ofT, 1), options)).toEqual(copied);
      expect(scoreLabels(at(ofP, 1), t, options)).toEqual(copied);
      expect(scoreLabels(at(ofP, 1), at(ofT, 1), options)).toEqual(copied);
      expect(scoreLabels(at(ofT, 1 + length), at(ofT, 1), options)).toEqual(copied); // both in one memory
    }
    expect(at(ofT, 1).every((label, i) => label === t[i])).toBe(true);
  });
});

describe("pieces of label maps", () => {
  const labels = labelsOf(Int16Array, 50_000, 12, 1);
  const [guess, target] = [new Int16Array(guessOf(Int16Array, labels, 12)), new Int16Array(labels)];
  const cuts = [0, 1, 17, 4099, 4099, 33_000, 50_000];

  test.each([{ classes: 12 }, { classes: 12, ignoreIndex: 5 }])("add up to the whole, exactly, by way of JSON: %o", (options) => {
    const whole = scoreLabels(guess, target, options);
    const total = new Overlap({ classes: 12 });
    for (const [k, start] of cuts.slice(0, -1).entries()) {
      const [p, t] = [guess, target].map((map) => map.subarray(start, cuts[k + 1]));
      total.add(Overlap.fromJSON(JSON.parse(JSON.stringify(scoreLabels(p, t, options).overlap))));
    }
    expect(scoreLabels(total)).toEqual(whole);
    expect(scoreLabels(total, { beta: 2, includeBackground: false })).toEqual(
      scoreLabels(guess, target, { ...options, beta: 2, includeBackground: false }),
    );
  });
});

test("an ignoreIndex that the target cannot hold leaves nothing out", () => {
  for (const Type of [Uint8Array, Uint16Array, Uint32Array]) {
    const labels = Type.of(0, 1, 1);
    expect(scoreLabels(labels, labels, { classes: 2, ignoreIndex: -1 })).toEqual(scoreLabels(labels, labels, { classes: 2 }));
  }
});

test("labels at positions that are left out may be anything, in both maps", () => {
  for (const Type of INTEGERS) {
    for (const classes of [1, 2, 3, 20, 100, 254, 255]) {
      const length = 3000;
      const ofP = Type.from(labelsOf(Type, length, classes, 1));
      const ofT = Type.from(labelsOf(Type, length, classes, 2));
      const wanted = scoreLabels(ofP, ofT, { classes, mask: mask.subarray(0, length) });
      const out = voidLabel(Type);
      const p = ofP.map((label, i) => (mask[i] === 0 ? out : label));
      const t = ofT.map((label, i) => (mask[i] === 0 ? out : label));
      expect(scoreLabels(p, t, { classes, mask: mask.subarray(0, length) }), Type.name).toEqual(wanted);
      expect(scoreLabels(p, t, { classes, ignoreIndex: out }), Type.name).toEqual(wanted);
    }
  }
});

test("counts beyond 2⁵³, whose differences are rounded, are scored", () => {
  const json = new Overlap().toJSON();
  const counts = { intersection: [1], prediction: [2 ** 54], target: [2], positions: [2 ** 54] };
  const left = { prediction: [1], positions: [2] }; // the prediction is 2⁵⁴ + 1 of 2⁵⁴ + 2
  const huge = {
    ...json,
    kind: "product" as const,
    sums: { ...json.sums, ...counts, predictionSquared: counts.prediction, targetSquared: counts.target },
    residues: { ...json.residues, ...left, predictionSquared: left.prediction },
  };
  expect(scoreLabels(Overlap.fromJSON(huge)).classes[0]).toMatchObject({ truePositives: 1, recall: 0.5, precision: 2 ** -54 });
});

test("a last page of few classes is counted as the others are", () => {
  for (const classes of [255, 256, 262, 510]) {
    const labels = Uint16Array.from({ length: 2 * classes }, (_, i) => i % classes);
    const scores = scoreLabels(labels, labels, { classes });
    expect(scores.classes.map(({ truePositives }) => truePositives)).toEqual(Array(classes).fill(2));
  }
});
