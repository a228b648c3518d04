import { afterEach, describe, expect, test } from "vitest";
import {
  allocate,
  diceCoefficient,
  diceLoss,
  focalTverskyLoss,
  jaccardIndex,
  Overlap,
  overlap,
  tverskyLoss,
  valueAndGradient,
} from "../src/index.ts";
import { MEASURES, type Measure, type Name } from "./table.ts";
import { detached, throws, untyped } from "./throws.ts";

const prediction = Float32Array.of(0.9, 0.2, 0.8);
const target = Float32Array.of(1, 0, 1);
const expected = 1 - 4.4 / 4.9;

afterEach(() => {
  // nothing was changed, and the next call works
  expect(prediction).toEqual(Float32Array.of(0.9, 0.2, 0.8));
  expect(target).toEqual(Float32Array.of(1, 0, 1));
  expect(diceLoss(prediction, target)).toBeCloseTo(expected, 6);
});

describe.each(Object.entries(MEASURES))("%s refuses", (_, measure) => {
  const call = measure as unknown as (p: unknown, t: unknown, o?: unknown) => number;

  const wrongArrays: [string, unknown, string][] = [
    ["nothing", undefined, "undefined"],
    ["null", null, "null"],
    ["a number", 3, "3"],
    ["a string", "0.9", '"0.9"'],
    ["a plain object", { length: 3 }, "a plain object"],
    ["a function", () => 1, "a function"],
    ["a DataView", new DataView(new ArrayBuffer(12)), "DataView"],
    ["an ArrayBuffer", new ArrayBuffer(12), "ArrayBuffer"],
    ["a BigInt64Array", new BigInt64Array(3), "BigInt64Array(3)"],
    ["a BigUint64Array", new BigUint64Array(3), "BigUint64Array(3)"],
  ];
  test.each(wrongArrays)("%s", (_, wrong, got) => {
    const floats = "a Float32Array, Float64Array, Float16Array or number[]";
    const hint = "(the data of a tensor; Overlap.fromJSON reads what toJSON gave)";
    throws(() => call(wrong, target), TypeError, `"prediction" expected ${floats} ${hint}, got ${got}`);
    throws(
      () => call(prediction, wrong),
      TypeError,
      `"target" expected a float array, a number[] or an integer typed array of up to 32 bits (Int32Array.from(target, Number) makes one), got ${got}`,
    );
  });

  test("integers as a prediction", () => {
    throws(
      () => call(Uint8Array.of(1, 0, 1), target),
      TypeError,
      '"prediction" expected a Float32Array, Float64Array, Float16Array or number[] (scoreLabels compares two masks or label maps), got Uint8Array(3)',
    );
  });

  test("arrays of anything but numbers, and holes", () => {
    // biome-ignore lint/suspicious/noSparseArray: the hole is the point
    throws(() => call([0.9, , 0.8], target), TypeError, '"prediction[1]" expected a number, got undefined');
    throws(() => call([[0.9, 0.2, 0.8], [], []], target), TypeError, '"prediction[0]" expected a number (a flat array,');
    throws(() => call(prediction, [1, "0", 1]), TypeError, '"target[1]" expected a number, got "0"');
    throws(() => call(["a", "b", "c"], target), TypeError, '"prediction[0]" expected a number, got "a"');
    throws(() => call([1n, 0n, 1n], target), TypeError, '"prediction[0]" expected a number, got 1n');
    const late = Array.from({ length: 3000 }, () => 0.5) as unknown[];
    late[2999] = null;
    throws(() => call(late, new Float32Array(3000)), TypeError, '"prediction[2999]" expected a number, got null');
  });

  test("different lengths", () => {
    throws(() => call(prediction, [1, 0]), RangeError, '"target" expected length 3 (as "prediction"), got 2');
    throws(() => call([], target), RangeError, '"target" expected length 0 (as "prediction"), got 3');
  });

  test("detached buffers", () => {
    throws(
      () => call(detached(new Float32Array(3)), new Float32Array(0)),
      TypeError,
      '"prediction" expected an array with its memory',
    );
    throws(() => call(new Float32Array(0), detached(new Uint8Array(3))), TypeError, '"target" expected an array with its memory');
  });

  test("masks of anything but 0 and 1, naming the first", () => {
    throws(() => call(prediction, Uint8Array.of(0, 255, 2)), RangeError, "got 255 at position 1");
    throws(() => call(prediction, Uint8Array.of(0, 255, 2)), RangeError, "target.map((v) => v > 0 ? 1 : 0)");
    throws(
      () => call(prediction, Uint8Array.of(0, 255, 2), { ignoreIndex: 255 }),
      RangeError,
      '"target" expected 0 and 1 only or the ignored 255 in a mask of integers (',
    );
    throws(() => call(prediction, Int8Array.of(0, 1, -1)), RangeError, "got -1 at position 2");
    throws(() => call(prediction, Int16Array.of(2, 1, 0)), RangeError, "got 2 at position 0");
    throws(() => call(prediction, Uint32Array.of(0, 1, 2 ** 31)), RangeError, "got 2147483648 at position 2");
    throws(() => call(prediction, Int32Array.of(0, -(2 ** 31), 1)), RangeError, "got -2147483648 at position 1");
    for (const at of [0, 4095, 4096, 5999]) {
      const mask = new Uint16Array(6000);
      mask[at] = 256;
      throws(() => call(new Float32Array(6000), mask), RangeError, `got 256 at position ${at}`);
    }
  });

  test("options that are none", () => {
    for (const wrong of [null, 1, "smooth", [], prediction, new Map([["smooth", 1]]), new Date(0)])
      throws(() => call(prediction, target, wrong), TypeError, '"options" expected a plain object');
    throws(() => call(prediction, target, { smoth: 1 }), TypeError, '"options" expected the names that');
    throws(() => call(prediction, target, { smoth: 1 }), TypeError, 'got "smoth" (it knows shape, ');
    throws(
      () => call(prediction, target, { include_background: true }),
      TypeError,
      '(did you mean "includeBackground"? It knows',
    );
  });

  test("options that inherit, as what they inherit would go unseen", () => {
    class Options {
      get smooth() {
        return 0;
      }
    }
    const inheriting = Object.create({ smooth: 0 });
    const prefix = '"options" expected a plain object, got an object';
    throws(() => call(prediction, target, new Options()), TypeError, `${prefix} of class Options`);
    throws(() => call(prediction, target, inheriting), TypeError, `${prefix} that inherits from another`);
    const bare = Object.assign(Object.create(null), { smooth: 0 });
    throws(() => call(prediction, target, Object.create(bare)), TypeError, `${prefix} that inherits from another`);
    expect(call(prediction, target, bare)).toBe(call(prediction, target, { smooth: 0 }));
  });

  const wrongOptions: [string, unknown, typeof TypeError | typeof RangeError, string][] = [
    ["smooth", Number.NaN, RangeError, '"smooth" expected a finite number of 0 or more, got NaN'],
    ["smooth", -1, RangeError, '"smooth" expected a finite number of 0 or more, got -1'],
    ["smooth", Infinity, RangeError, '"smooth" expected a finite number of 0 or more, got Infinity'],
    ["smooth", "1", TypeError, '"smooth" expected a number or { numerator, denominator }, got "1"'],
    ["smooth", null, TypeError, '"smooth" expected a number or { numerator, denominator }, got null'],
    ["smooth", { numerator: 1 }, TypeError, '"smooth" expected both a numerator and a denominator'],
    ["smooth", [1, 2], TypeError, '"smooth" expected a number or { numerator, denominator }, got Array(2)'],
    [
      "smooth",
      { numerator: 1, denominator: 1, both: 1 },
      TypeError,
      '"smooth" expected the names that it knows, got "both" (it knows numerator, denominator)',
    ],
    [
      "smooth",
      { numerator: 1, denominator: -1 },
      RangeError,
      '"smooth.denominator" expected a finite number of 0 or more, got -1',
    ],
    ["squared", 1, TypeError, '"squared" expected true or false, got 1'],
    ["empty", 2, RangeError, '"empty" expected a number from 0 to 1'],
    ["empty", "1", TypeError, '"empty" expected a number, got "1"'],
    ["intersection", "product ", RangeError, '"intersection" expected "product" or "minimum", got "product "'],
    ["intersection", true, TypeError, '"intersection" expected "product" or "minimum", got true'],
    ["threshold", Number.NaN, RangeError, '"threshold" expected a finite number, got NaN'],
    ["threshold", "0.5", TypeError, '"threshold" expected a number, got "0.5"'],
    ["layout", "NCHW", RangeError, '"layout" expected "channels-first" or "channels-last", got "NCHW"'],
  ];
  test.each(wrongOptions)("%s: %o", (name, value, kind, message) => {
    throws(() => call(prediction, target, { [name]: value }), kind, message);
  });
});

test("more regions than there is memory for are refused by the name of what asks for them", () => {
  throws(() => new Overlap({ samples: 1e10 }), RangeError, '"options" expected at most 16777216 regions');
  throws(() => new Overlap({ classes: 1e10 }), RangeError, "regions (samples × classes), got 10000000000");
  throws(() => diceLoss([], [], { shape: [1e10, 1, 0] }), RangeError, '"shape" expected at most 16777216 regions');
  // none, but as many as there are classes once samples are pooled
  throws(() => new Overlap({ samples: 0, classes: 1e9 }), RangeError, "regions (samples × classes), got 1000000000");
  throws(() => diceLoss([], [], { shape: [0, 3e7, 5], batch: true }), RangeError, '"shape" expected at most 16777216 regions');
  const json = { ...new Overlap({ samples: 0 }).toJSON(), classes: 1e9 };
  throws(() => Overlap.fromJSON(json), RangeError, "regions (samples × classes), got 1000000000");
});

describe("the options of some", () => {
  const amounts: [Name, string][] = [
    ["tverskyIndex", "alpha"],
    ["tverskyLoss", "beta"],
    ["focalTverskyLoss", "alpha"],
    ["focalTverskyLoss", "gamma"],
  ];
  test.each(amounts)("%s refuses an impossible %s", (name, option) => {
    const call = MEASURES[name] as (p: unknown, t: unknown, o: unknown) => number;
    for (const wrong of [Number.NaN, -0.1, Infinity]) {
      throws(
        () => call(prediction, target, { [option]: wrong }),
        RangeError,
        `"${option}" expected a finite number of 0 or more, got ${wrong}`,
      );
    }
    throws(() => call(prediction, target, { [option]: "1" }), TypeError, `"${option}" expected a number, got "1"`);
  });

  test("a form that is none", () => {
    throws(
      () => diceLoss(prediction, target, { form: "ln" as "log" }),
      RangeError,
      '"form" expected "complement" or "negative" or "log", got "ln"',
    );
  });

  test("an option that means nothing there is not passed over", () => {
    throws(() => diceLoss(prediction, target, { alpha: 0.3 } as object), TypeError, 'got "alpha"');
    throws(() => diceCoefficient(prediction, target, { form: "log" } as object), TypeError, 'got "form"');
    throws(() => diceLoss(prediction, target, { gradient: prediction } as object), TypeError, 'got "gradient"');
  });
});

describe("an overlap", () => {
  const sums = overlap(prediction, target);

  test("was thresholded when it was taken, or not at all", () => {
    throws(
      () => diceLoss(sums, { threshold: 0.5 } as object),
      RangeError,
      '"threshold" expected to be given where the overlap is taken, got 0.5',
    );
  });

  test("keeps the intersection it was taken with", () => {
    throws(
      () => jaccardIndex(sums, { intersection: "minimum" }),
      RangeError,
      '"intersection" expected "product" (as the overlap was taken), got "minimum"',
    );
    expect(jaccardIndex(sums, { intersection: "product" })).toBe(jaccardIndex(prediction, target));
  });

  test("has whole samples and classes", () => {
    throws(() => new Overlap({ samples: 1.5 }), RangeError, '"samples" expected a whole number of 0 or more, got 1.5');
    throws(() => new Overlap({ classes: 0 }), RangeError, '"classes" expected a whole number of 1 or more, got 0');
    throws(() => new Overlap({ clases: 2 } as object), TypeError, 'got "clases"');
  });

  test("refuses what the losses refuse", () => {
    throws(() => overlap(prediction, [1]), RangeError, '"target" expected length 3');
    throws(() => overlap(prediction, target, { smooth: 1 } as object), TypeError, 'got "smooth"');
  });
});

describe("valueAndGradient refuses", () => {
  const call = valueAndGradient as unknown as (loss: unknown, p: unknown, t: unknown, o?: unknown) => unknown;

  test("a function that is not ours", () => {
    throws(
      () => call(Math.max, prediction, target),
      TypeError,
      '"loss" expected an index or a loss of dice-wasm itself (its options come last), got the function max',
    );
    throws(() => call("diceLoss", prediction, target), TypeError, 'got "diceLoss"');
    throws(() => call(diceLoss, overlap(prediction, target), target), TypeError, '"prediction" expected');
  });

  test("a threshold: a step has no gradient", () => {
    throws(
      () => call(diceLoss, prediction, target, { threshold: 0.5 }),
      RangeError,
      '"threshold" expected nothing (a step has no gradient), got 0.5',
    );
  });

  test("an output of another type, too short, or without its memory", () => {
    throws(
      () => call(diceLoss, prediction, target, { gradient: new Float64Array(3) }),
      TypeError,
      '"gradient" expected a Float32Array, got Float64Array(3)',
    );
    throws(
      () => call(diceLoss, prediction, target, { gradient: [0, 0, 0] }),
      TypeError,
      '"gradient" expected a Float32Array, got Array(3)',
    );
    throws(
      () => call(diceLoss, prediction, target, { gradient: new Float32Array(2) }),
      RangeError,
      '"gradient" expected length 3 or more (as "prediction"), got 2',
    );
    throws(
      () => call(diceLoss, prediction, target, { gradient: detached(new Float32Array(3)) }),
      TypeError,
      '"gradient" expected an array with its memory',
    );
  });

  test("an output that shares memory with an input, and writes nothing", () => {
    const buffer = Float32Array.of(0.9, 0.2, 0.8, 1, 0, 1, 5, 5, 5);
    const [p, t] = [buffer.subarray(0, 3), buffer.subarray(3, 6)];
    throws(
      () => call(diceLoss, p, t, { gradient: p }),
      RangeError,
      '"gradient" expected memory of its own, got memory that it shares with "prediction"',
    );
    throws(() => call(diceLoss, p, t, { gradient: buffer.subarray(5, 9) }), RangeError, 'memory that it shares with "target"');
    expect(buffer).toEqual(Float32Array.of(0.9, 0.2, 0.8, 1, 0, 1, 5, 5, 5));
    expect(() => call(diceLoss, p, t, { gradient: buffer.subarray(6, 9) })).not.toThrow();
    const output = new Float32Array(3);
    const mask = new Uint8Array(output.buffer, 4, 3);
    throws(() => call(diceLoss, p, t, { gradient: output, mask }), RangeError, 'memory that it shares with "mask"');
    const weighed = { gradient: output, shape: [1, 3, 1], weights: output.fill(1) };
    throws(() => call(diceLoss, p, t, weighed), RangeError, 'memory that it shares with "weights"');
  });

  test("a broken mask before it writes anything", () => {
    const gradient = new Float32Array(3000).fill(7);
    const mask = new Uint8Array(3000);
    mask[2999] = 2;
    throws(() => call(diceLoss, new Float32Array(3000), mask, { gradient }), RangeError, "got 2 at position 2999");
    expect(gradient).toEqual(new Float32Array(3000).fill(7));
  });
});

test("options of an Overlap in the place of those of arrays are refused, not passed over", () => {
  const late = () => (diceLoss as (...given: unknown[]) => unknown)(overlap(prediction, target), undefined, { smooth: 0 });
  throws(late, TypeError, '"options" expected to be the second argument, behind an Overlap, got a plain object');
});

test("names that a measure does not know are listed with those it knows", () => {
  throws(
    () => (tverskyLoss as Measure)(prediction, target, { gamma: 1 }),
    TypeError,
    "smooth, squared, empty, includeBackground, batch, reduction, weights, form, alpha, beta)",
  );
  throws(() => (focalTverskyLoss as Measure)(prediction, target, { form: "log" }), TypeError, "focalTverskyLoss knows");
});

test("what came is told in a few words", () => {
  const call = untyped(diceLoss);
  throws(() => call("x".repeat(41), [1]), TypeError, `got "${"x".repeat(40)}…"`);
  throws(() => call("x".repeat(40), [1]), TypeError, `got "${"x".repeat(40)}"`);
  expect(() => call(new DataView(new ArrayBuffer(4)), [1])).toThrow(/got DataView$/);
  for (const parent of [{ constructor: undefined }, { constructor: null }, new (class {})()])
    expect(() => call([1], [1], Object.create(parent))).toThrow(/got an object that inherits from another$/);
});

test("masks of any size and length are refused on every path, with what to do", () => {
  const message = `"target" expected 0 and 1 only in a mask of integers (target.map((v) => v > 0 ? 1 : 0) makes a mask of 0 and 1; a label map needs a "shape"), got 2 at position 5`;
  for (const length of [9, 20_000]) {
    for (const Type of [Uint8Array, Int16Array]) {
      const wrong = new Type(length);
      wrong[5] = 2;
      for (const squared of [false, true])
        throws(() => diceLoss(new Float32Array(length), wrong, { squared }), RangeError, message);
    }
  }
});

test("the names that allocate and valueAndGradient know", () => {
  const gradientOf = untyped(valueAndGradient);
  throws(() => gradientOf(diceLoss, [1], [1], { a: 1 }), TypeError, "the names that valueAndGradient of diceLoss knows");
  throws(() => untyped(allocate)(1, { a: 1 }), TypeError, 'the names that allocate knows, got "a"');
});

test("a mask's wrong label is found before, in and behind the last step of 32", () => {
  for (const length of [32, 33, 64, 100, 5000]) {
    for (const at of [0, 31, length - 1]) {
      const wrong = new Uint8Array(length);
      wrong[at] = 2;
      for (const options of [{}, { shape: [1, 1, length] }])
        throws(() => diceLoss(new Float32Array(length), wrong, options), RangeError, `got 2 at position ${at}`);
    }
  }
});

test("a gradient may lie between its inputs in one buffer, but not on them", () => {
  const buffer = new ArrayBuffer(64);
  const [a, b, c] = [0, 16, 32].map((at) => new Float32Array(buffer, at, 4));
  const into = (p: Float32Array, t: Float32Array, gradient: Float32Array) => () => valueAndGradient(diceLoss, p, t, { gradient });
  for (const call of [into(a, c, b), into(b, c, a), into(a, b, c)]) expect(call).not.toThrow();
  const last = new Float32Array(buffer, 44, 4);
  throws(into(a, c, last), RangeError, 'memory of its own, got memory that it shares with "target"');
  throws(into(last, a, c), RangeError, 'memory of its own, got memory that it shares with "prediction"');
});
