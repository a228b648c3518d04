import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diceCoefficient, diceLoss, jaccardIndex, Overlap, type OverlapJSON, overlap } from "../src/index.ts";
import { referenceSums } from "./reference.ts";
import { LENGTHS, maskOf, type Pair, random, softPair } from "./table.ts";
import { throws, untyped } from "./throws.ts";

const GRID = 16384;
const part = ({ prediction, target }: Pair, from: number, to: number) =>
  overlap(prediction.subarray(from, to), target.subarray(from, to));

describe("the sums", () => {
  test("are within 1e-7 of the float64 reference at every length around the tiles", () => {
    for (const length of LENGTHS) {
      const { prediction, target } = softPair(length, length);
      for (const intersection of ["product", "minimum"] as const) {
        const sums = overlap(prediction, target, { intersection });
        for (const [name, expected] of Object.entries(referenceSums(prediction, target, { intersection }))) {
          const [sum] = sums[name as "intersection"];
          expect(Math.abs(sum - expected), `${name}, length ${length}`).toBeLessThanOrEqual(1e-7 * expected);
        }
        expect([...sums.positions]).toEqual([length]);
      }
    }
  });

  test("of masks are exact integers", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60_000 }), fc.integer(), (length, seed) => {
        const [p, t] = [maskOf(length, seed), maskOf(length, seed + 1)];
        const both = p.reduce((sum, v, i) => sum + v * t[i], 0);
        const ones = (mask: Uint8Array) => mask.reduce((sum, v) => sum + v, 0);
        const { sums } = overlap(Float32Array.from(p), t).toJSON();
        expect(sums.intersection).toEqual([both]);
        expect(sums.prediction).toEqual([ones(p)]);
        expect(sums.target).toEqual([ones(t)]);
      }),
      { numRuns: 30 },
    );
  });

  const million = 1_000_000;
  const next = random(1);
  const adversaries: [string, Float32Array][] = [
    ...[0.1, 1 / 3, 0.7, 0.999, 3e-5].map((v): [string, Float32Array] => [`all ${v}`, new Float32Array(million).fill(v)]),
    ["tiny beside large, in turn", Float32Array.from({ length: million }, (_, i) => (i % 2 ? 1 : 5.9e-8))],
    ["one large in a thousand", Float32Array.from({ length: million }, (_, i) => (i % 1000 ? 1e-6 : 1))],
    ["the large first", Float32Array.from({ length: million }, (_, i) => (i < 1000 ? 1 : 1e-7))],
    ["sorted up", Float32Array.from({ length: million }, (_, i) => i / million)],
    ["sorted down", Float32Array.from({ length: million }, (_, i) => 1 - i / million)],
    ["many orders of magnitude", Float32Array.from({ length: million }, () => 10 ** (-12 * next()))],
  ];
  test.each(adversaries)("are within 1e-7 on adversarial data: %s", (_, data) => {
    const other = softPair(data.length, 4).target;
    for (const [p, t] of [
      [data, data],
      [data, other],
      [other, data],
    ]) {
      const sums = overlap(p, t);
      for (const [name, expected] of Object.entries(referenceSums(p, t))) {
        expect(Math.abs(sums[name as "intersection"][0] / expected - 1), name).toBeLessThanOrEqual(1e-7);
      }
    }
  });
});

test("data made so that every addition of a tile rounds down stay within the bound that is proven, 6·2⁻²⁴", () => {
  const tile = new Float32Array(128).fill(1, 0, 4);
  for (const vector of [1, 2, 4, 8, 16]) tile.fill(0.999 * 2 ** -24, 4 * vector, 4 * vector + 4); // half a step of 1, nearly
  const data = Float32Array.from({ length: 8192 }, (_, i) => tile[i % 128]);
  const sums = overlap(data, new Float32Array(8192).fill(1));
  const expected = referenceSums(data, data).prediction;
  for (const sum of [sums.prediction[0], sums.intersection[0]]) {
    expect(1 - sum / expected).toBeGreaterThan(2e-7);
    expect(1 - sum / expected).toBeLessThanOrEqual(6 * 2 ** -24);
  }
});

describe("split and add = whole", () => {
  const length = 5 * GRID + 1234;
  const soft = softPair(length, 8);
  const whole = part(soft, 0, length).toJSON();

  test("to the bit at every multiple of the grid, in any order", () => {
    const cuts = [0, GRID, 2 * GRID, 3 * GRID, 4 * GRID, 5 * GRID, length];
    const pieces = cuts.slice(1).map((end, k) => part(soft, cuts[k], end));
    fc.assert(
      fc.property(fc.shuffledSubarray(pieces, { minLength: pieces.length }), (order) => {
        expect(order.reduce((sum, piece) => sum.add(piece), new Overlap()).toJSON()).toEqual(whole);
      }),
    );
  });

  test("to the bit on the grid when values span many orders of magnitude", () => {
    const next = random(2);
    const wide = () => Float32Array.from({ length }, () => 10 ** (-14 * next()));
    const pair = { prediction: wide(), target: wide() };
    const expected = part(pair, 0, length).toJSON();
    for (let k = 1; k <= 5; k++) {
      const [head, tail] = [part(pair, 0, k * GRID), part(pair, k * GRID, length)];
      expect(new Overlap().add(head).add(tail).toJSON()).toEqual(expected);
      expect(new Overlap().add(tail).add(head).toJSON()).toEqual(expected);
    }
  });

  test("to the bit anywhere, where float32 adds exactly", () => {
    const next = random(3);
    const steps = () => Float32Array.from({ length }, () => Math.floor(next() * 64) / 64);
    const pair = { prediction: steps(), target: steps() };
    const expected = part(pair, 0, length).toJSON();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: length }), (cut) => {
        expect(
          part(pair, 0, cut)
            .add(part(pair, cut, length))
            .toJSON(),
        ).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });

  test("within the bound of both anywhere else", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: length }), (cut) => {
        const merged = part(soft, 0, cut)
          .add(part(soft, cut, length))
          .toJSON();
        for (const [name, [expected]] of Object.entries(whole.sums)) {
          expect(Math.abs(merged.sums[name as "target"][0] / expected - 1)).toBeLessThanOrEqual(2e-7);
        }
        expect(merged.sums.positions).toEqual([length]);
      }),
      { numRuns: 50 },
    );
  });

  test("an overlap of pieces pools them: it is not the mean of theirs", () => {
    const sums = overlap([1, 0], [1, 0]).add(overlap([1, 1], [0, 0]));
    expect(diceCoefficient(sums, { smooth: 0 })).toBe(diceCoefficient([1, 0, 1, 1], [1, 0, 0, 0], { smooth: 0 }));
  });
});

describe("add", () => {
  const pieces = Array.from({ length: 3 }, (_, k) => part(softPair(20_000 + k, k), 0, 20_000 + k));
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
    for (const [i, j, k, l] of [
      [3, 2, 1, 0],
      [2, 0, 3, 1],
      [1, 3, 0, 2],
    ])
      expect(sumOf([parts[i], parts[j], parts[k], parts[l]])).toEqual(expected);
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
        const taken = part(softPair(length, seed), 0, length);
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
    throws(read({ kind: "product", sums, residues }), RangeError, '"json.sums.positions[0]" expected a whole number');
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
