import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diceLoss, jaccardIndex, Overlap, type OverlapJSON, overlap } from "../src/index.ts";
import { type Pair, softPair } from "./table.ts";
import { throws, untyped } from "./throws.ts";

const overlapOf = ({ prediction, target }: Pair) => overlap(prediction, target);

describe("under a threshold", () => {
  const hot = (labels: Uint8Array, classes: number) =>
    Float32Array.from({ length: labels.length * classes }, (_, k) =>
      Number(labels[k % labels.length] === (classes === 1 ? 1 : Math.floor(k / labels.length))),
    );

  test.each([1, 2, 9])("labels of %i classes give every sum that their floats give, squares too", (classes) => {
    for (const positions of [1, 31, 64, 20_000]) {
      const { prediction } = softPair(positions * classes, classes);
      const labels = Uint8Array.from({ length: positions }, (_, i) => (i * 7) % Math.max(2, classes));
      const options = { shape: [1, classes, positions], threshold: 0.4 };
      const sums = overlap(prediction, labels, options).toJSON();
      expect(sums).toEqual(overlap(prediction, hot(labels, classes), options).toJSON());
      expect(sums.sums.predictionSquared).toEqual(sums.sums.prediction);
      expect(sums.sums.targetSquared).toEqual(sums.sums.target);
    }
  });

  test("NaN stays NaN in both sums of the prediction", () => {
    const sums = overlap([0.9, Number.NaN], Uint8Array.of(1, 0), { threshold: 0.5 });
    expect([sums.prediction[0], sums.predictionSquared[0], sums.targetSquared[0]]).toEqual([Number.NaN, Number.NaN, 1]);
  });
});

describe("add", () => {
  const pieces = Array.from({ length: 3 }, (_, k) => overlapOf(softPair(20_000 + k, k)));
  const copy = (sums: Overlap) => new Overlap().add(sums);

  test("is associative and commutative, to the bit", () => {
    const [a, b, c] = pieces;
    const left = copy(a).add(b).add(c).toJSON();
    expect(copy(a).add(copy(b).add(c)).toJSON()).toEqual(left);
    expect(copy(c).add(b).add(a).toJSON()).toEqual(left);
  });

  test("has nothing as its zero, and gives itself back", () => {
    const [a] = pieces;
    const sum = copy(a);
    expect(sum.add(new Overlap())).toBe(sum);
    expect(sum.toJSON()).toEqual(a.toJSON());
  });

  test("leaves the other as it was, and asking twice gives the same", () => {
    const [a, b] = pieces;
    const before = b.toJSON();
    const sum = copy(a).add(b);
    expect(b.toJSON()).toEqual(before);
    expect(jaccardIndex(sum)).toBe(jaccardIndex(sum));
    expect(sum.toJSON()).toEqual(sum.toJSON());
  });

  test("keeps 106 bits of a sum, in any order", () => {
    const parts = [1, 2 ** -53, 2 ** -104, 2 ** -104].map((value) => overlap([value], [0]));
    const sumOf = (list: readonly Overlap[]) => list.reduce((sum, each) => sum.add(each), new Overlap()).toJSON();
    const expected = sumOf(parts);
    expect(expected.sums.prediction).toEqual([1 + 2 ** -52]);
    expect(expected.residues.prediction).toEqual([2 ** -103 - 2 ** -53]);
    for (const [i, j, k, l] of [
      [3, 2, 1, 0],
      [2, 0, 3, 1],
      [1, 3, 0, 2],
    ])
      expect(sumOf([parts[i], parts[j], parts[k], parts[l]])).toEqual(expected);
  });

  test("keeps an infinite sum infinite, over several stretches", () => {
    const prediction = new Float32Array(40_000).fill(0.5);
    prediction[0] = Infinity;
    expect(overlap(prediction, new Uint8Array(40_000)).prediction[0]).toBe(Infinity);
  });

  test("may add itself", () => {
    const sum = copy(pieces[0]);
    const [expected] = sum.intersection;
    expect(sum.add(sum).intersection[0]).toBe(2 * expected);
  });

  test("keeps counts exact beyond 2⁵³", () => {
    const json = new Overlap().toJSON();
    const huge = { ...json, kind: "product" as const, sums: { ...json.sums, positions: [2 ** 53], target: [2 ** 53] } };
    const sum = Overlap.fromJSON(huge)
      .add(overlap([0], [1]))
      .add(overlap([0], [1]))
      .add(overlap([0], [1]));
    expect(sum.target[0]).toBe(2 ** 53 + 4); // 2⁵³ + 3 rounds to even …
    expect(sum.toJSON().residues.target).toEqual([-1]); // … and the residue knows
    expect(Overlap.fromJSON(sum.toJSON()).add(overlap([0], [1])).target[0]).toBe(2 ** 53 + 4);
  });

  test("refuses another kind, other samples or classes, and what is no overlap, and changes nothing", () => {
    const sum = overlap([0.5], [1]);
    const before = sum.toJSON();
    expect(() => sum.add(overlap([0.5], [1], { intersection: "minimum" }))).toThrow(
      new RangeError('"intersection" expected "product" (as the overlap was taken), got "minimum"'),
    );
    expect(() => sum.add(new Overlap({ classes: 2 }))).toThrow(
      new RangeError(
        '"other" expected 1 samples × 1 classes (new Overlap({ samples, classes }) tells them; pool() adds up samples), got 1 × 2',
      ),
    );
    expect(() => sum.add({} as Overlap)).toThrow(
      new TypeError('"other" expected an Overlap (fromJSON makes one of what toJSON gave), got a plain object'),
    );
    expect(sum.toJSON()).toEqual(before);
  });
});

describe("JSON", () => {
  const sums = overlap([0.3, 0.9], [0, 1], { intersection: "minimum" });
  const json = JSON.parse(JSON.stringify(sums)) as OverlapJSON;

  test("goes there and back, to the bit", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40_000 }), fc.integer(), (length, seed) => {
        const taken = overlapOf(softPair(length, seed));
        expect(Overlap.fromJSON(JSON.parse(JSON.stringify(taken))).toJSON()).toEqual(taken.toJSON());
      }),
      { numRuns: 20 },
    );
    expect(Overlap.fromJSON(json).kind).toBe("minimum");
    expect(Overlap.fromJSON(new Overlap({ samples: 2, classes: 3 }).toJSON()).toJSON().sums.target).toHaveLength(6);
  });

  const damaged: [string, unknown, ErrorConstructor | typeof TypeError, string][] = [
    ["a string", "{}", TypeError, '"json" expected an object made by toJSON, got "{}"'],
    ["null", null, TypeError, '"json" expected an object'],
    ["another object", {}, RangeError, '"json.format" expected "dice-wasm/overlap" (as toJSON writes), got undefined'],
    ["another version", { ...json, version: 2 }, RangeError, '"json.version" expected 1, got 2'],
    ["an unknown kind", { ...json, kind: "max" }, RangeError, '"json.kind"'],
    ["no sums", { ...json, sums: undefined }, TypeError, '"json.sums" expected a plain object, got undefined'],
    ["too many", { ...json, sums: { ...json.sums, target: [1, 2] } }, RangeError, '"json.sums.target" expected 1 numbers, got 2'],
    [
      "sums of no name",
      { ...json, sums: { ...json.sums, union: [1] } },
      TypeError,
      '"json.sums" expected the names that it knows',
    ],
    [
      "residues of no name",
      { ...json, residues: { ...json.residues, union: [0] } },
      TypeError,
      '"json.residues" expected the names that it knows',
    ],
    ["sums of no kind", { ...json, kind: null }, RangeError, '"json.kind" expected "product" or "minimum", as the sums'],
    ["NaN", { ...json, sums: { ...json.sums, target: [Number.NaN] } }, RangeError, '"json.sums.target[0]"'],
    [
      "null for NaN",
      { ...json, sums: { ...json.sums, target: [null] } },
      TypeError,
      '"json.sums.target[0]" expected a number, got null',
    ],
    ["infinity", { ...json, sums: { ...json.sums, target: [Infinity] } }, RangeError, '"json.sums.target[0]"'],
    ["a negative sum", { ...json, sums: { ...json.sums, target: [-1] } }, RangeError, '"json.sums.target[0]"'],
    [
      "half a position",
      { ...json, sums: { ...json.sums, positions: [1.5] } },
      RangeError,
      '"json.sums.positions[0]" expected a whole number',
    ],
    [
      "a residue that is none",
      { ...json, residues: { ...json.residues, target: [0.5] } },
      RangeError,
      '"json.residues.target[0]"',
    ],
    [
      "a residue of NaN",
      { ...json, residues: { ...json.residues, target: [Number.NaN] } },
      RangeError,
      '"json.residues.target[0]"',
    ],
    ["more samples than it has numbers", { ...json, samples: 1e7 }, RangeError, "expected 10000000 numbers, got 1"],
    ["fractional samples", { ...json, samples: 1.5 }, RangeError, '"json.samples"'],
    ["no classes", { ...json, classes: 0 }, RangeError, '"json.classes"'],
  ];
  test.each(damaged)("refuses %s", (_, broken, kind, message) => {
    const read = () => Overlap.fromJSON(broken as OverlapJSON);
    expect(read).toThrow(kind);
    expect(read).toThrow(message);
  });

  test("does not pretend to hold NaN", () => {
    expect(() => overlap([Number.NaN], [1]).toJSON()).toThrow(RangeError);
  });
});

test("other samples, or other classes, are not added", () => {
  throws(() => new Overlap({ samples: 2 }).add(new Overlap()), RangeError, "2 samples × 1 classes");
  throws(() => new Overlap().add(new Overlap({ samples: 2 })), RangeError, "got 2 × 1");
  throws(() => new Overlap().add(new Overlap({ classes: 2 })), RangeError, "got 1 × 2");
});

test("pooling keeps the residues of all samples", () => {
  const sums = new Overlap({ samples: 2 });
  for (const p of [1, 2 ** -60]) sums.add(overlap([p, p], [0, 0], { shape: [2, 1, 1] }));
  expect(sums.pool().toJSON().sums.prediction).toEqual([2]);
  expect(sums.pool().toJSON().residues.prediction).toEqual([2 ** -59]);
});

test("an overlap to which nothing was added takes any intersection", () => {
  expect(diceLoss(new Overlap(), { intersection: "minimum" })).toBe(0);
});

test("an overlap tells its name, whatever a bundler calls its class", () => {
  throws(() => untyped(diceLoss)([1], new Overlap()), TypeError, "got Overlap");
  expect(String(new Overlap())).toBe("[object Overlap]");
});

describe("JSON that no overlap gave is refused:", () => {
  const json = new Overlap().toJSON();
  const read = (changes: object) => () => Overlap.fromJSON({ ...json, ...changes } as OverlapJSON);

  test("sums of no kind", () => {
    throws(read({ sums: { ...json.sums, positions: [1] } }), RangeError, '"json.kind" expected "product" or "minimum"');
  });

  test("residues of positions that are not whole", () => {
    const sums = { ...json.sums, positions: [2 ** 60] };
    const residues = { ...json.residues, positions: [0.5] };
    throws(
      read({ kind: "product", sums, residues }),
      RangeError,
      '"json.residues.positions[0]" expected a whole number, got 0.5',
    );
  });

  test.each(["sums", "residues"] as const)("%s that are no lists, or lists of anything but numbers", (lists) => {
    for (const list of [null, undefined, "0", new Float64Array(1)])
      throws(read({ [lists]: { ...json[lists], target: list } }), TypeError, `"json.${lists}.target" expected 1 numbers`);
    for (const value of [null, "0", undefined])
      throws(read({ [lists]: { ...json[lists], target: [value] } }), TypeError, `"json.${lists}.target[0]" expected a number`);
  });

  test("but not one of no samples", () => {
    expect(Overlap.fromJSON(new Overlap({ samples: 0 }).toJSON()).samples).toBe(0);
  });
});
