// Arrays that are typed arrays and yet not quite: of derived classes, of buffers that were resized, of other realms, and impostors.
import { createContext, runInContext } from "node:vm";
import { describe, expect, test } from "vitest";
import {
  allocate,
  diceCoefficient,
  diceLoss,
  jaccardLoss,
  type Prediction,
  scoreLabels,
  type Target,
  valueAndGradient,
} from "../src/index.ts";
import { maskOf, softPair } from "./table.ts";

const LENGTHS = [3, 33, 4096, 4097, 40_000];

/** A picture in the manner of many programs: another constructor, and methods of its own under the names of the host's. */
class Picture extends Uint8Array {
  constructor(width: number, height: number) {
    super(width * height);
  }
  override set(): never {
    throw new Error("not the set of typed arrays");
  }
  override subarray(): never {
    throw new Error("not the subarray of typed arrays");
  }
}

class Map32 extends Float32Array {
  constructor({ cells }: { readonly cells: number }) {
    super(cells);
  }
  static get [Symbol.species](): never {
    throw new Error("no array of this class can be made of another");
  }
}

function pictureOf(values: Uint8Array): Picture {
  const picture = new Picture(values.length, 1);
  for (let i = 0; i < values.length; i++) picture[i] = values[i];
  return picture;
}

function mapOf(values: Float32Array): Map32 {
  const map = new Map32({ cells: values.length });
  for (let i = 0; i < values.length; i++) map[i] = values[i];
  return map;
}

describe.each(LENGTHS)("arrays of derived classes, %i elements", (n) => {
  const { prediction } = softPair(n, n);
  const mask = maskOf(n, n + 1);

  test("are taken as the arrays that they are", () => {
    const expected = diceLoss(prediction, mask);
    expect(diceLoss(mapOf(prediction), pictureOf(mask))).toBe(expected);
    expect(diceLoss(prediction, Buffer.from(mask))).toBe(expected);
    expect(diceLoss(prediction, mask, { mask: pictureOf(mask) })).toBe(diceLoss(prediction, mask, { mask }));
    expect(scoreLabels(pictureOf(mask), mask, { classes: 3 })).toEqual(scoreLabels(mask, mask, { classes: 3 }));
  });

  test("are written to as gradients, and to nothing else", () => {
    const gradient = new Map32({ cells: n });
    const { gradient: given } = valueAndGradient(diceLoss, prediction, mask, { gradient });
    expect(given).toBe(gradient);
    expect([...gradient]).toEqual([...valueAndGradient(diceLoss, prediction, mask).gradient]);
  });

  test("leave arrays in linear memory beside them alone", () => {
    const room = allocate(n, { target: Uint8Array });
    room.prediction.fill(0.25);
    room.target.set(mask);
    expect(diceLoss(mapOf(prediction), room.target)).toBe(diceLoss(prediction, mask));
    expect(room.prediction.every((value) => value === 0.25)).toBe(true);
  });
});

test("a class may call itself what it likes: an array is what it is", () => {
  const named = <A extends object>(array: A, tag: string): A => Object.defineProperty(array, Symbol.toStringTag, { value: tag });
  const { prediction, target } = softPair(5000, 1);
  const expected = valueAndGradient(diceLoss, prediction, target);
  const gradient = named(new Float32Array(5000), "Heatmap");
  expect(valueAndGradient(diceLoss, named(prediction.slice(), "Heatmap"), target, { gradient })).toEqual(expected);
  expect(diceLoss(prediction, named(Float64Array.from(target), "Heatmap"))).toBe(expected.value);
  for (const integers of [new Int32Array(5000), new BigInt64Array(5000)]) {
    const impostor = named(integers, "Float32Array") as unknown as Float32Array;
    expect(() => valueAndGradient(diceLoss, prediction, target, { gradient: impostor })).toThrow(
      /^"gradient" expected a Float32/,
    );
    expect(() => diceLoss(impostor, target)).toThrow(/^"prediction" expected a Float32Array, /);
  }
});

test("arrays of another realm are taken as those of this one", () => {
  const context = createContext({});
  const { prediction, target } = softPair(5000, 1);
  const there = (array: Float32Array) => runInContext("(list) => Float32Array.from(list)", context)([...array]) as Float32Array;
  expect(there(prediction)).not.toBeInstanceOf(Float32Array);
  expect(diceLoss(there(prediction), there(target))).toBe(diceLoss(prediction, target));
});

describe("views of a resizable buffer", () => {
  // the types of Node 20 do not know them yet
  const Resizable = ArrayBuffer as unknown as new (
    length: number,
    options: { maxByteLength: number },
  ) => ArrayBuffer & { resize(length: number): void };

  test("are taken while they have their memory, and refused when they have lost it", () => {
    const buffer = new Resizable(160, { maxByteLength: 160 });
    const prediction = new Float32Array(buffer, 40, 10).fill(1);
    const target = new Uint8Array(buffer, 120, 10).fill(1);
    expect(diceLoss(prediction, target)).toBe(0);
    const lost = "an array with its memory (its buffer was detached, or shrank), got";
    buffer.resize(125); // the target has lost its end, and so everything
    expect(() => diceLoss(prediction, target)).toThrow(new TypeError(`"target" expected ${lost} Uint8Array(0)`));
    buffer.resize(16);
    expect(() => diceLoss(prediction, target)).toThrow(new TypeError(`"prediction" expected ${lost} Float32Array(0)`));
    expect(() => scoreLabels(target, target, { classes: 2 })).toThrow(
      new TypeError(`"prediction" expected ${lost} Uint8Array(0)`),
    );
    expect(() => diceLoss([], [], { weights: prediction })).toThrow(new TypeError(`"weights" expected ${lost} Float32Array(0)`));
  });

  test("that follow its length are as long as it is", () => {
    const buffer = new Resizable(40, { maxByteLength: 80 });
    const prediction = new Float32Array(buffer).fill(0.5);
    buffer.resize(80);
    prediction.fill(0.5);
    expect(diceCoefficient(prediction, new Float32Array(20).fill(0.5))).toBe(
      diceCoefficient(new Float32Array(20).fill(0.5), new Float32Array(20).fill(0.5)),
    );
  });
});

describe("what only looks like an array is refused", () => {
  const array = Float32Array.of(0.5, 1);
  const impostors: [string, object][] = [
    ["a Proxy of one", new Proxy(array, {})],
    ["an object with its prototype", Object.create(Float32Array.prototype)],
    ["an object with its tag", { [Symbol.toStringTag]: "Float32Array", length: 2, 0: 0.5, 1: 1 }],
    ["an object with the tag of another", { [Symbol.toStringTag]: "Float64Array", length: 2, 0: 0.5, 1: 1 }],
  ];
  test.each(impostors)("%s", (_, impostor) => {
    expect(() => diceLoss(impostor as Prediction, array)).toThrow(/^"prediction" expected a Float32Array, .* got /);
    expect(() => diceLoss(array, impostor as Target)).toThrow(/^"target" expected a float array, .* got /);
    expect(() => jaccardLoss(array, array, { weights: impostor as Target })).toThrow(/^"weights" expected an array of numbers/);
    const gradient = impostor as Float32Array;
    expect(() => valueAndGradient(diceLoss, array, array, { gradient })).toThrow(/^"gradient" expected a Float32Array, got /);
  });

  test("an object with the tag of a mask", () => {
    const mask = { [Symbol.toStringTag]: "Uint8Array", length: 2, 0: 1, 1: 0 } as unknown as Uint8Array;
    expect(() => diceLoss(array, array, { mask })).toThrow(/^"mask" expected a Uint8Array, got /);
  });
});

test("views that a user makes of linear memory outside of the arrays in it are copied", () => {
  const room = allocate(16, { target: Uint8Array });
  const start = new Uint8Array(room.target.buffer, 0, 256);
  const copy = start.slice();
  expect(scoreLabels(start, start, { classes: 256 })).toEqual(scoreLabels(copy, copy, { classes: 256 }));
});

test("weights may be integers", () => {
  const shape = [1, 3, 2];
  const { prediction, target } = softPair(6, 1);
  expect(diceLoss(prediction, target, { shape, weights: Uint8Array.of(1, 0, 3) })).toBe(
    diceLoss(prediction, target, { shape, weights: [1, 0, 3] }),
  );
});

test("options of another realm are read", () => {
  const options = runInContext("({ smooth: { numerator: 0, denominator: 0 } })", createContext());
  expect(diceLoss([0.5], [1], options)).toBe(diceLoss([0.5], [1], { smooth: 0 }));
});
