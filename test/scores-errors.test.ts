import { afterEach, describe, expect, test } from "vitest";
import { Overlap, overlap, scoreLabels } from "../src/index.ts";
import { detached, throws } from "./throws.ts";

const prediction = Uint8Array.of(0, 1, 1, 2);
const target = Uint8Array.of(0, 1, 2, 2);
const probabilities = Float32Array.of(0.9, 0.2, 0.1, 0.8);
const score = scoreLabels as unknown as (prediction: unknown, target?: unknown, options?: unknown) => unknown;

afterEach(() => {
  // nothing was changed, and the next call works
  expect(prediction).toEqual(Uint8Array.of(0, 1, 1, 2));
  expect(target).toEqual(Uint8Array.of(0, 1, 2, 2));
  for (const classes of [3, 30]) expect(scoreLabels(prediction, target, { classes }).micro.dice).toBe(0.75);
});

describe("scoreLabels of label maps refuses", () => {
  test("classes that are missing or impossible", () => {
    throws(() => score(prediction, target), TypeError, '"classes" expected a number, got undefined');
    throws(() => score(prediction, target, {}), TypeError, '"classes" expected a number, got undefined');
    throws(() => score(prediction, target, { classes: "3" }), TypeError, '"classes" expected a number, got "3"');
    for (const wrong of [0, -1, 1.5, Number.NaN, Infinity]) {
      const message = `"classes" expected a whole number of 1 or more, got ${wrong}`;
      throws(() => score(prediction, target, { classes: wrong }), RangeError, message);
    }
    throws(() => score(prediction, target, { classes: 2 ** 30 }), RangeError, '"classes" expected at most');
  });

  test.each([
    [3, {}],
    [30, {}],
    [3, { mask: new Uint8Array(3000).fill(1) }],
  ])("labels that are no class, naming the first: %i classes", (classes, way) => {
    for (const at of [0, 1023, 1024, 2999]) {
      const wrong = new Uint8Array(3000);
      wrong.fill(200, at);
      wrong[at] = classes;
      const right = new Uint8Array(3000);
      const [labels, message] = [`labels from 0 to ${classes - 1}`, `got ${classes} at position ${at}`];
      throws(() => score(wrong, right, { classes, ...way }), RangeError, `"prediction" expected ${labels}`);
      throws(() => score(wrong, right, { classes, ...way }), RangeError, message);
      throws(() => score(right, wrong, { classes, ...way }), RangeError, `"target" expected ${labels}`);
      throws(() => score(right, wrong, { classes, ...way }), RangeError, message);
    }
  });

  test("negative labels, and large ones", () => {
    for (const classes of [3, 30]) {
      throws(() => score(Int8Array.of(0, -1), Int8Array.of(0, 1), { classes }), RangeError, "got -1 at position 1");
      throws(() => score(Int16Array.of(0, 1), Int16Array.of(-9, 1), { classes }), RangeError, "got -9 at position 0");
      const large = Uint32Array.of(0, 2 ** 32 - 1);
      throws(() => score(large, Int8Array.of(0, 1), { classes }), RangeError, "got 4294967295 at position 1");
      throws(() => score(Uint32Array.of(0, 1), large, { classes }), RangeError, "got 4294967295 at position 1");
    }
  });

  test("labels of 32 bits that are no class, though their bits are those of the ignored one", () => {
    const wide = Uint32Array.of(0, 2 ** 32 - 1, 0, 0);
    throws(() => score(prediction, wide, { classes: 3, ignoreIndex: -1 }), RangeError, "got 4294967295 at position 1");
    const negative = Int32Array.of(0, -1, 0, 0);
    throws(() => score(prediction, negative, { classes: 3, ignoreIndex: 2 ** 32 - 1 }), RangeError, "got -1 at position 1");
  });

  test("labels that are no class beside those that are ignored, naming the first that is not", () => {
    const labels = Uint8Array.of(255, 1, 255, 7);
    throws(() => score(prediction, labels, { classes: 3, ignoreIndex: 255 }), RangeError, "got 7 at position 3");
    throws(() => score(labels, target, { classes: 3, ignoreIndex: 255 }), RangeError, '"prediction" expected');
  });

  test.each([3, 200, 254, 255, 256])("labels that are no class beside any that are left out: %i classes", (classes) => {
    for (const [Type, out, wrong] of [
      [Int8Array, -1, -3],
      [Uint8Array, 255, 254],
      [Int16Array, -9, 600],
      [Int32Array, 1e6, -(2 ** 31)],
    ] as const) {
      if (wrong > 0 && wrong < classes) continue;
      const labels = Type.of(out, 1, out, wrong);
      const message = `got ${wrong} at position 3`;
      for (const mask of [Uint8Array.of(0, 1, 0, 1), Uint8ClampedArray.of(0, 1, 0, 9)]) {
        throws(() => score(labels, target, { classes, mask }), RangeError, message);
        throws(() => score(target, labels, { classes, mask }), RangeError, message);
      }
      throws(() => score(target, labels, { classes, ignoreIndex: out }), RangeError, message);
    }
  });

  test("different lengths and other kinds", () => {
    throws(
      () => score(prediction, Uint8Array.of(0), { classes: 3 }),
      RangeError,
      '"target" expected length 4 (as "prediction"; labels, not one-hot), got 1',
    );
    for (const wrong of [undefined, [0, 1, 2, 2], Float32Array.of(0, 1, 2, 2)])
      throws(() => score(prediction, wrong, { classes: 3 }), TypeError, '"target" expected an integer typed array');
  });

  test("predictions that are no label map, by their own name", () => {
    for (const wrong of [undefined, null, 3, "0", [0, 1, 1, 2], Float32Array.from(prediction)])
      throws(() => score(wrong, target, { classes: 3 }), TypeError, '"prediction" expected');
  });

  test("label maps that have lost their memory", () => {
    const lost = detached(new Uint8Array(4));
    throws(() => score(lost, new Uint8Array(0), { classes: 3 }), TypeError, '"prediction" expected an array with its memory');
    throws(() => score(new Uint8Array(0), lost, { classes: 3 }), TypeError, '"target" expected an array with its memory');
  });

  test("masks that do not fit", () => {
    const scoreWith = (mask: unknown) => score(prediction, target, { classes: 3, mask });
    throws(() => scoreWith(new Uint8Array(3)), RangeError, '"mask" expected length 4');
    throws(() => scoreWith(new Float32Array(4)), TypeError, '"mask" expected a Uint8Array, got Float32Array(4)');
    throws(() => scoreWith([1, 1, 1, 1]), TypeError, '"mask" expected a Uint8Array');
    throws(() => scoreWith(null), TypeError, '"mask" expected a Uint8Array');
    throws(() => scoreWith(detached(new Uint8Array(4))), TypeError, '"mask" expected an array with its memory');
  });

  test("options that are impossible, or none of its own", () => {
    const scoreWith = (options: object) => score(prediction, target, { classes: 3, ...options });
    for (const name of ["smooth", "shape", "threshold", "clases"])
      throws(() => scoreWith({ [name]: 1 }), TypeError, `got "${name}"`);
    for (const wrong of [null, 3, [3]])
      throws(() => score(prediction, target, wrong), TypeError, '"options" expected a plain object');
    throws(() => scoreWith({ beta: -1 }), RangeError, '"beta" expected a finite number of 0 or more, got -1');
    throws(() => scoreWith({ beta: "1" }), TypeError, '"beta" expected a number');
    throws(() => scoreWith({ empty: 2 }), RangeError, '"empty" expected a number from 0 to 1');
    throws(() => scoreWith({ includeBackground: 0 }), TypeError, '"includeBackground" expected true or false, got 0');
    throws(() => scoreWith({ ignoreIndex: 1.5 }), RangeError, '"ignoreIndex" expected a whole number');
    throws(() => scoreWith({ ignoreIndex: "1" }), TypeError, '"ignoreIndex" expected a number');
    const one = () => score(new Uint8Array(2), new Uint8Array(2), { classes: 1, includeBackground: false });
    throws(one, RangeError, '"includeBackground" expected true with one class alone, got false');
  });
});

describe("scoreLabels of probabilities refuses", () => {
  const scoreWith = (options: object) => score(probabilities, Uint8Array.of(0, 1), { shape: [1, 2, 2], ...options });

  test("one class without a threshold, other lengths, and options that mean nothing there", () => {
    const oneClass = () => score(probabilities, target, { shape: [4, 1, 1] });
    throws(oneClass, RangeError, '"threshold" expected a number, or a "shape" of two classes or more');
    throws(() => scoreWith({ shape: [1, 2, 3] }), RangeError, '"prediction" expected length 6');
    throws(() => scoreWith({ mask: new Uint8Array(4) }), RangeError, '"mask" expected length 2');
    for (const name of ["intersection", "smooth"]) throws(() => scoreWith({ [name]: 2 }), TypeError, `got "${name}"`);
    const three = () => score(probabilities, Uint8Array.of(0, 2), { shape: [1, 2, 2] });
    throws(three, RangeError, '"target" expected labels from 0 to 1');
    throws(three, RangeError, "got 2 at position 1");
  });

  test("a soft target, by its name and the first element", () => {
    const soft = [1, 0.2, 0.1, 0.8];
    const told = '"target" expected 0 and 1 only (a threshold is of the prediction), got';
    expect(() => score(probabilities, soft, { threshold: 0.5 })).toThrow(new RangeError(`${told} 0.2 at element 1`));
    const rounded = Float64Array.of(1, 1 + 1e-12, 0.5, 1); // of which float32 has 1 twice
    expect(() => score(probabilities, rounded, { threshold: 0.5 })).toThrow(new RangeError(`${told} 0.5 at element 2`));
    const masked = { shape: [1, 2, 2], mask: Uint8Array.of(1, 0) };
    expect(() => score(probabilities, soft, masked)).toThrow(new RangeError(`${told} other values`));
    for (const threshold of [undefined, 0.5]) {
      const options = { shape: [1, 2, 2], ...(threshold && { threshold }) };
      throws(() => score(probabilities, soft, options), RangeError, '"target" expected 0 and 1 only');
      for (const none of [Number.NaN, Infinity, -Infinity])
        throws(() => score(probabilities, [none, 0, 1, 1], options), RangeError, '"target" expected 0 and 1 only');
      throws(() => score([Number.NaN, 0, 1, 1], [1, 0, 0, 1], options), RangeError, '"prediction" expected numbers, got NaN');
    }
  });
});

describe("scoreLabels of an overlap refuses", () => {
  test("sums of soft data", () => {
    const soft = overlap(probabilities, Float32Array.of(1, 0, 0, 1));
    throws(() => score(soft), RangeError, '"overlap" expected counts of hard data');
  });

  test("sums of soft data that happen to be whole", () => {
    const soft = overlap(Float32Array.of(0.5, 0.5, 1, 0), Float32Array.of(1, 1, 0, 1));
    throws(() => score(soft), RangeError, '"overlap" expected counts of hard data');
  });

  test("options of data, and one class without its background", () => {
    const sums = overlap(probabilities, Float32Array.of(1, 0, 0, 1), { threshold: 0.5 });
    for (const name of ["classes", "threshold", "mask"]) throws(() => score(sums, { [name]: 1 }), TypeError, `got "${name}"`);
    throws(() => score(new Overlap(), { includeBackground: false }), RangeError, '"includeBackground" expected true');
    const late = () => (scoreLabels as (...given: unknown[]) => unknown)(sums, undefined, { empty: 1 });
    throws(late, TypeError, '"options" expected to be the second argument, behind an Overlap, got a plain object');
  });
});

test("masks that hold a 2 are refused wherever it is", () => {
  for (const length of [63, 64, 128]) {
    for (const at of [0, length - 1]) {
      const [wrong, right] = [new Uint8Array(length), new Uint8Array(length)];
      wrong[at] = 2;
      throws(() => score(wrong, right, { classes: 2 }), RangeError, '"prediction" expected labels from 0 to 1');
      throws(() => score(right, wrong, { classes: 2 }), RangeError, `got 2 at position ${at}`);
    }
  }
});

test("the hints of labels that are no class tell of the label that is ignored", () => {
  const [wrong, right] = [Uint8Array.of(9, 0), Uint8Array.of(0, 0)];
  const ignored = { classes: 3, ignoreIndex: 255 };
  throws(() => score(wrong, right, ignored), RangeError, '"prediction" expected labels from 0 to 2, got 9 at position 0');
  throws(() => score(right, wrong, ignored), RangeError, "labels from 0 to 2 or the ignored 255, got 9 at position 0");
  throws(() => score(right, wrong, { classes: 3 }), RangeError, "0 to 2; ignoreIndex leaves one more label out, got 9");
});

test("NaN is named by its element, but where positions are left out", () => {
  const options = { shape: [1, 2, 2] };
  const withNaN = [0.5, 0.5, Number.NaN, 0.5];
  const told = '"prediction" expected numbers, got';
  expect(() => score(withNaN, [1, 0, 0, 1], options)).toThrow(new RangeError(`${told} NaN at element 2`));
  expect(() => score(withNaN, [1, 0, 0, 1], { ...options, mask: Uint8Array.of(1, 1) })).toThrow(new RangeError(`${told} NaN`));
});

test("NaN is refused beside labels, wherever it is, but where positions are left out", () => {
  const [samples, classes, positions] = [2, 10, 1540]; // more than a block
  const shape = [samples, classes, positions];
  for (const at of [0, positions - 1, 5 * positions, 9 * positions + 1537, (2 * classes - 1) * positions]) {
    const prediction = new Float32Array(samples * classes * positions);
    prediction[at] = Number.NaN;
    const labels = new Uint8Array(samples * positions);
    const call = (options: object) => score(prediction, labels, { shape, ...options });
    expect(() => call({})).toThrow(new RangeError(`"prediction" expected numbers, got NaN at element ${at}`));
    const place = Math.floor(at / (classes * positions)) * positions + (at % positions);
    const mask = new Uint8Array(samples * positions).fill(1);
    expect(() => call({ mask })).toThrow(new RangeError('"prediction" expected numbers, got NaN'));
    mask[place] = 0;
    call({ mask });
    labels[place] = 255;
    call({ ignoreIndex: 255 });
    throws(() => call({}), RangeError, `"target" expected labels from 0 to 9; ignoreIndex leaves one more label out, got 255`);
    throws(() => call({}), RangeError, `at position ${place}`);
  }
});

test("more classes than two label maps may have", () => {
  const labels = Uint16Array.of(0, 65_535);
  expect(scoreLabels(labels, labels, { classes: 65_536 }).classes[65_535].truePositives).toBe(1);
  throws(() => score(labels, labels, { classes: 65_537 }), RangeError, '"classes" expected at most 65536, got 65537');
});

test("an overlap of hard predictions and soft targets, also where the sums are whole", () => {
  for (const target of [
    [0.5, 0.5, 0.5],
    [0.5, 0.5, 1],
  ])
    throws(() => score(overlap([1, 1, 0], target)), RangeError, '"overlap" expected counts of hard data');
});

test("JSON of counts that cannot be", () => {
  const json = overlap([1, 0, 1, 0], [1, 1, 0, 0]).toJSON();
  const scoreOf = (sums: Partial<typeof json.sums>) => score(Overlap.fromJSON({ ...json, sums: { ...json.sums, ...sums } }));
  expect(() => scoreOf({ positions: [3] })).not.toThrow();
  const wrong = [
    { intersection: [0.5] },
    { prediction: [1.5], predictionSquared: [1.5] },
    { target: [1.5], targetSquared: [1.5] },
    { prediction: [0], predictionSquared: [0] },
    { target: [0], targetSquared: [0] },
    { positions: [2] },
  ];
  for (const sums of wrong) throws(() => scoreOf(sums), RangeError, '"overlap" expected counts of hard data');
});

test("names that it does not know are told with the form that was read", () => {
  const byte = Uint8Array.of(1);
  throws(() => score(new Overlap(), { a: 1 }), TypeError, 'the names that scoreLabels of an Overlap knows, got "a"');
  throws(() => score(byte, byte, { a: 1 }), TypeError, 'the names that scoreLabels of two label maps knows, got "a"');
  throws(() => score([1], [1], { a: 1 }), TypeError, 'the names that scoreLabels of probabilities knows, got "a"');
  const both = { shape: [1, 2, 1], classes: 2 };
  throws(() => score([0.2, 0.8], [1, 0], both), TypeError, 'scoreLabels of probabilities knows, got "classes"');
});
