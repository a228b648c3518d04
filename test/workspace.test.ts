// Arrays in linear memory, as allocate makes them.
import { describe, expect, test } from "vitest";
import { allocate, diceLoss, scoreLabels, valueAndGradient } from "../src/index.ts";
import { INTEGERS, maskOf, softPair, WAYS } from "./table.ts";
import { throws } from "./throws.ts";

describe("allocate", () => {
  test("gives zeroed arrays of the length and types asked for, apart from each other", () => {
    for (const Type of [Float32Array, ...INTEGERS]) {
      for (const length of [0, 1, 5, 1000]) {
        const { prediction, target, gradient } = allocate(length, { target: Type as typeof Uint8Array, gradient: true });
        expect([prediction, target, gradient].map((array) => array.length)).toEqual([length, length, length]);
        expect(prediction).toEqual(new Float32Array(length));
        expect(target).toEqual(new Type(length));
        prediction.fill(1);
        target.fill(1);
        gradient.fill(2);
        expect(prediction).toEqual(new Float32Array(length).fill(1));
        expect(target).toEqual(new Type(length).fill(1));
        expect(diceLoss(prediction, target)).toBe(0);
      }
    }
    expect(allocate(3)).not.toHaveProperty("gradient");
  });

  test("takes a constructor in whose place a Proxy stands", () => {
    const { target } = allocate(3, { target: new Proxy(Uint8Array, {}) });
    expect(target).toEqual(new Uint8Array(3));
  });

  test("gives a target of integers one label for each position of a shape", () => {
    const lengths = (shape: number[], options: object) => Object.values(allocate(shape, options)).map((array) => array.length);
    expect(lengths([2, 3, 5, 7], { target: Uint8Array })).toEqual([210, 70]);
    expect(lengths([2, 5, 7, 3], { target: Int32Array, layout: "channels-last", gradient: true })).toEqual([210, 70, 210]);
    expect(lengths([2, 3, 5, 7], {})).toEqual([210, 210]);
    const shape = [2, 3, 5, 7];
    const room = allocate(shape, { target: Uint8Array, gradient: true });
    const { prediction } = softPair(210, 1);
    const labels = Uint8Array.from({ length: 70 }, (_, i) => i % 3);
    room.prediction.set(prediction);
    room.target.set(labels);
    const options = { shape, activation: "softmax" } as const;
    const expected = valueAndGradient(diceLoss, prediction, labels, options);
    expect(valueAndGradient(diceLoss, room.prediction, room.target, { ...options, gradient: room.gradient })).toEqual(expected);
  });

  test("gives each call a memory of its own, of the size asked for, whose views never detach", () => {
    const first = allocate(100_000, { gradient: true });
    const second = allocate(100_000, { gradient: true });
    const bytes = first.prediction.buffer.byteLength;
    expect(second.prediction.buffer).not.toBe(first.prediction.buffer);
    expect(bytes).toBeLessThanOrEqual(3 * 400_000 + 9 * 65_536);
    for (let i = 0; i < 50; i++) valueAndGradient(diceLoss, first.prediction, second.target, { gradient: first.gradient });
    expect(first.prediction.buffer.byteLength).toBe(bytes);
    expect(first.gradient).toHaveLength(100_000);
  });

  test("frees workspaces with their last view, though calls used them", async () => {
    const used = (): WeakRef<object> => {
      const { prediction, target } = allocate(1000, { gradient: true });
      diceLoss(prediction, target);
      scoreLabels(new Uint8Array(target.buffer, target.byteOffset, 8), new Uint8Array(8), { classes: 2 });
      return new WeakRef(prediction.buffer);
    };
    const buffers = Array.from({ length: 20 }, used);
    for (let i = 0; i < 10 && buffers.some((buffer) => buffer.deref()); i++) {
      await new Promise((resolve) => setTimeout(resolve)); // what a turn of the event loop has touched stays alive
      globalThis.gc?.();
    }
    expect(buffers.filter((buffer) => buffer.deref())).toEqual([]);
  });
});

// kernels may read sixteen bytes beyond their operands, so that views which end nearer to the end are copied
const GAPS = Array.from({ length: 21 }, (_, bytes) => bytes);

test.each(GAPS.filter((gap) => gap % 4 === 0))(
  "views that end %i bytes before the end of the memory are read to their end and no further",
  (gap) => {
    for (const n of [1, 3, 5, 6, 33, 63]) {
      const { buffer } = allocate(100).prediction;
      const prediction = Float32Array.from({ length: n }, (_, i) => i / n - 0.5);
      const atEnd = new Float32Array(buffer, buffer.byteLength - 4 * n - gap, n);
      atEnd.set(prediction);
      const target = maskOf(n, 1);
      for (const options of [{ activation: "sigmoid" }, { threshold: 0.1 }, { intersection: "minimum" }] as const) {
        expect(diceLoss(atEnd, target, options)).toBe(diceLoss(prediction, target, options));
      }
      if (n % 3 > 0) continue;
      const labels = Uint8Array.from({ length: n / 3 }, (_, i) => i % 3);
      for (const layout of ["channels-first", "channels-last"] as const) {
        const options = {
          shape: layout === "channels-last" ? [1, n / 3, 3] : [1, 3, n / 3],
          layout,
          activation: "softmax",
        } as const;
        expect(valueAndGradient(diceLoss, atEnd, labels, options)).toEqual(
          valueAndGradient(diceLoss, prediction, labels, options),
        );
      }
    }
  },
);

test.each(GAPS)(
  "masks that end %i bytes before the end of the memory are read to their end, and a value that is in no mask is refused there, at every call",
  (gap) => {
    for (const n of [1, 5, 33, 63]) {
      const { prediction } = allocate(100, { target: Uint8Array });
      prediction.set(softPair(100, n).prediction);
      const { buffer } = prediction;
      const atEnd = new Uint8Array(buffer, buffer.byteLength - n - gap, n);
      atEnd.set(maskOf(n, 1));
      const p = prediction.subarray(0, n);
      for (let call = 0; call < 2; call++) expect(diceLoss(p, atEnd)).toBe(diceLoss(p.slice(), atEnd.slice()));
      atEnd[n - 1] = 2;
      for (const t of [atEnd, atEnd.slice()]) {
        for (let call = 0; call < 2; call++) expect(() => diceLoss(p, t)).toThrow(`got 2 at position ${n - 1}`);
      }
    }
  },
);

describe("arrays in linear memory", () => {
  test("are read anew where one of a pair is another", () => {
    const [room, other] = [allocate(8), allocate(8)];
    const [p, t] = [Float32Array.of(1, 0.5, 1, 0, 0, 0, 0, 0), Float32Array.of(1, 1, 0, 0, 0, 0, 0, 0)];
    room.prediction.set(p);
    room.target.set(t);
    other.target.set(p);
    const [ofBoth, ofItself] = [diceLoss(p, t), diceLoss(p, p)];
    for (let i = 0; i < 2; i++) {
      expect(diceLoss(room.prediction, room.target)).toBe(ofBoth);
      expect(diceLoss(room.prediction, room.prediction)).toBe(ofItself);
      expect(diceLoss(room.prediction, other.target)).toBe(ofItself);
      expect(diceLoss(room.prediction, t)).toBe(ofBoth);
      expect(diceLoss(p, room.target)).toBe(ofBoth);
    }
  });

  test("are not written to by an activation", () => {
    for (const length of [4097, 8192, 16_384]) {
      const room = allocate(length, { gradient: true });
      const logits = Float32Array.from({ length }, (_, i) => (i % 17) - 8);
      const target = Float32Array.from({ length }, (_, i) => i % 2);
      room.prediction.set(logits);
      room.target.set(target);
      const options = { activation: "sigmoid" } as const;
      expect(diceLoss(room.prediction, room.target, options)).toBe(diceLoss(logits, target, options));
      expect(room.prediction).toEqual(logits);
      expect(room.target).toEqual(target);
    }
  });

  test("are read ahead where they are long and go through a sigmoid, and give the same bits", () => {
    const length = 2 ** 21 + 5;
    const room = allocate(length, { target: Uint8Array, gradient: true });
    const logits = Float32Array.from({ length }, (_, i) => (i % 17) - 8);
    const target = Uint8Array.from({ length }, (_, i) => i % 2);
    room.prediction.set(logits);
    room.target.set(target);
    const options = { activation: "sigmoid" } as const;
    const copied = valueAndGradient(diceLoss, logits, target, options);
    const got = valueAndGradient(diceLoss, room.prediction, room.target, { ...options, gradient: room.gradient });
    expect(got.value).toBe(copied.value);
    expect(got.gradient.every((slope, i) => slope === copied.gradient[i])).toBe(true);
  });

  test("may fill their pages", () => {
    for (const [target, bytes] of [[Uint8Array, 9] as const, [Float32Array, 12] as const]) {
      const full = Math.floor(65_536 / bytes);
      for (let length = full - 8; length <= full + 8; length++) {
        const room = allocate<Uint8Array | Float32Array>(length, { target, gradient: true });
        room.target.fill(1);
        expect(diceLoss(room.prediction, room.target)).toBe(diceLoss(new Float32Array(length), new Uint8Array(length).fill(1)));
      }
    }
    for (let length = 1; length < 60_000; length++) {
      const isNearlyFull = (9 * length) % 65_536 > 65_500; // so that padding decides how many pages there are
      if (isNearlyFull) allocate(length, { target: Uint8Array, gradient: true });
    }
  });

  test.each(WAYS)("may be a user's own views, which end with the memory or begin before what was allocated: %o", (way) => {
    for (const count of [1, 2, 3, 5, 17]) {
      const room = allocate(32);
      const { buffer } = room.prediction;
      const target = room.target.fill(1).subarray(0, count);
      for (const at of [buffer.byteLength - 4 * count, 100_000]) {
        const own = new Float32Array(buffer, at, count).fill(0.25);
        const [copy, ones] = [Float32Array.from(own), Float32Array.from(target)];
        for (const [a, b, copyOfA, copyOfB] of [
          [own, target, copy, ones],
          [target, own, ones, copy],
        ]) {
          expect(diceLoss(a, b, way)).toBe(diceLoss(copyOfA, copyOfB, way));
          if (way.threshold !== undefined) continue;
          expect(valueAndGradient(diceLoss, a, b, way)).toEqual(valueAndGradient(diceLoss, copyOfA, copyOfB, way));
        }
      }
    }
  });
});

describe("allocate refuses", () => {
  const call = allocate as unknown as (length: unknown, options?: unknown) => unknown;

  test("lengths that are none, and more than there can be", () => {
    throws(() => call(-1), RangeError, '"length" expected a whole number of 0 or more, got -1');
    throws(() => call(1.5), RangeError, '"length" expected a whole number of 0 or more, got 1.5');
    throws(() => call(Number.NaN), RangeError, '"length" expected a whole number of 0 or more, got NaN');
    throws(() => call("3"), TypeError, '"length" expected a number of elements, or a shape in an array, got "3"');
    throws(() => call(2 ** 30), RangeError, '"length" expected at most 536770560 elements');
    throws(() => call(2 ** 30, { target: Uint8Array }), RangeError, '"length" expected at most 858832896 elements');
  });

  test("shapes that are none", () => {
    throws(() => call([3]), RangeError, '"shape" expected two axes or more');
    throws(() => call([1, 2, -3]), RangeError, '"shape[2]" expected a whole number of 0 or more, got -3');
    throws(() => call([1, 2, 1.5]), RangeError, '"shape[2]" expected a whole number of 0 or more, got 1.5');
    throws(() => call([1, 2, 2 ** 30]), RangeError, '"length" expected at most');
    throws(() => call([1, 2, 3], { layout: "NCHW" }), RangeError, '"layout" expected "channels-first" or "channels-last"');
  });

  test("other types and options", () => {
    throws(
      () => call(3, { target: Float64Array }),
      TypeError,
      '"target" expected Float32Array or the constructor of an integer typed array, got the function Float64Array',
    );
    throws(() => call(3, { target: "u8" }), TypeError, 'got "u8"');
    throws(() => call(3, { gradient: 1 }), TypeError, '"gradient" expected true or false, got 1');
    throws(() => call(3, { gradients: true }), TypeError, 'got "gradients"');
  });
});

test("a shape of infinite length, and no memory or no WebAssembly", () => {
  const most = '"length" expected at most 1073541120 elements (4 GiB of linear memory at 4 bytes each), got Infinity';
  throws(() => allocate(Array(30).fill(2 ** 50)), RangeError, most);
  const { Memory } = WebAssembly;
  const without = (error: Error) => () => {
    WebAssembly.Memory = class {
      constructor() {
        throw error;
      }
    } as unknown as typeof Memory;
    try {
      allocate(10);
    } finally {
      WebAssembly.Memory = Memory;
    }
  };
  throws(without(new RangeError("no memory")), RangeError, '"length" expected as many elements as there is memory for');
  throws(without(new TypeError("no WebAssembly")), Error, "dice-wasm could not start WebAssembly: it needs");
  expect(allocate(10).prediction).toHaveLength(10);
});
