import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BLOCK, SUMS, sharedEngine } from "../src/engine.ts";
import { allocate, diceLoss, overlap, scoreLabels, valueAndGradient } from "../src/index.ts";
import { memory } from "./kernels.ts";
import { INTEGERS, LENGTHS, maskOf, type Pair, softPair, WAYS } from "./table.ts";

/** The same data in linear memory, `offset` elements into arrays with some room behind. */
function resident({ prediction, target }: Pair, offset = 0): Pair {
  const { length } = prediction;
  const room = allocate(length + offset + 5);
  const place = (into: Float32Array, data: Float32Array) => {
    into.fill(Number.NaN); // whatever lies around must not matter
    const view = into.subarray(offset, offset + length);
    view.set(data);
    return view;
  };
  return { prediction: place(room.prediction, prediction), target: place(room.target, target) };
}

test("what the compiler lays out ends before the host's part of the memory", () => {
  const bytes = new Uint8Array(memory.buffer);
  expect(bytes.subarray(0, SUMS).some((byte) => byte !== 0)).toBe(true);
  expect(bytes.subarray(SUMS).every((byte) => byte === 0)).toBe(true);
});

describe("copied = resident = mixed, to the bit", () => {
  test("at every length", () => {
    for (const length of LENGTHS) {
      const copied = softPair(length, length);
      const [here, there] = [resident(copied), resident(copied)];
      for (const way of WAYS) {
        const { squared, ...taking } = way;
        const expected = overlap(copied.prediction, copied.target, taking).toJSON();
        for (const p of [copied, here]) {
          for (const t of [copied, here, there]) {
            expect(overlap(p.prediction, t.target, taking).toJSON(), `length ${length}`).toEqual(expected);
            expect(diceLoss(p.prediction, t.target, way)).toBe(diceLoss(copied.prediction, copied.target, way));
          }
        }
      }
    }
  });

  test("at every offset", () => {
    for (const length of [1, 7, 64, 300, BLOCK + 1]) {
      const data = softPair(length, length);
      const expected = overlap(data.prediction, data.target).toJSON();
      for (let offset = 0; offset < 20; offset++) {
        const shifted = new Float32Array(length + offset);
        shifted.set(data.prediction, offset);
        const copied = { prediction: shifted.subarray(offset), target: data.target };
        const placed = resident(data, offset);
        for (const p of [copied, placed]) {
          for (const t of [copied, placed]) {
            expect(overlap(p.prediction, t.target).toJSON(), `length ${length}, offset ${offset}`).toEqual(expected);
          }
        }
      }
    }
  });

  test.each(INTEGERS.map((Type) => [Type.name, Type] as const))("with masks in a %s", (_, Type) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: BLOCK + 900 }),
        fc.integer({ min: 0, max: 9 }),
        fc.integer(),
        (length, offset, seed) => {
          const { prediction } = softPair(length, seed);
          const mask = Type.from(maskOf(length, seed));
          const room = allocate(length + offset, { target: Type as typeof Uint8Array });
          const inside = room.target.subarray(offset);
          inside.set(mask);
          room.prediction.set(prediction, offset);
          const expected = diceLoss(prediction, mask);
          expect(diceLoss(prediction, inside)).toBe(expected);
          expect(diceLoss(room.prediction.subarray(offset), inside)).toBe(expected);
          expect(diceLoss(room.prediction.subarray(offset), mask)).toBe(expected);
        },
      ),
    );
  });

  test("from shared memory", () => {
    for (const length of [0, 9, 1024, 20_000]) {
      const { prediction, target } = softPair(length, 2);
      const mask = maskOf(length, 3);
      const shared = new Float32Array(new SharedArrayBuffer(4 * length));
      const sharedMask = new Uint8Array(new SharedArrayBuffer(length));
      shared.set(prediction);
      sharedMask.set(mask);
      expect(diceLoss(shared, target)).toBe(diceLoss(prediction, target));
      expect(diceLoss(shared, sharedMask)).toBe(diceLoss(prediction, mask));
    }
  });

  test("when one array is both", () => {
    const { prediction } = softPair(5000, 4);
    const room = resident({ prediction, target: prediction });
    expect(diceLoss(room.prediction, room.prediction)).toBe(diceLoss(prediction, prediction.slice()));
  });
});

describe("one region is what a shape of one region gives, to the bit", () => {
  const options = fc.record(
    {
      activation: fc.constantFrom("none" as const, "sigmoid" as const),
      intersection: fc.constantFrom("product" as const, "minimum" as const),
      squared: fc.boolean(),
      smooth: fc.constantFrom(0, 1e-5, 1),
    },
    { requiredKeys: [] },
  );
  const data = {
    length: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 4090, max: 4100 }), fc.constantFrom(8192, 16384, 16385)),
    isMask: fc.boolean(),
    place: fc.constantFrom("copied", "resident", "at the end of the memory"),
    seed: fc.integer(),
  };

  /** A prediction and a target, of floats or bytes; at the end of the memory no kernel may read beyond them. */
  function dataOf({ length, isMask, place, seed }: { length: number; isMask: boolean; place: string; seed: number }) {
    const { prediction, target } = softPair(length, seed);
    const targets = isMask ? maskOf(length, seed) : target;
    if (place === "copied") return { prediction, target: targets };
    const room = allocate(2 * length + 40_000);
    const buffer = room.prediction.buffer as ArrayBuffer;
    const end = place === "resident" ? room.target.byteOffset + 4 * length : buffer.byteLength;
    const ofPrediction: Float32Array = new Float32Array(buffer, 4 * Math.floor(end / 4) - 4 * length, length);
    const Type = isMask ? Uint8Array : Float32Array;
    const ofTarget = new Type(buffer, ofPrediction.byteOffset - 4 * length, length);
    ofPrediction.set(prediction);
    ofTarget.set(targets);
    return { prediction: ofPrediction, target: ofTarget };
  }

  test("values, hard ones too, and gradients", () => {
    fc.assert(
      fc.property(fc.record(data), options, fc.constantFrom({}, { threshold: 0.3 }), (of, given, hard) => {
        const { prediction, target } = dataOf(of);
        const shaped = { ...given, shape: [1, 1, of.length] };
        expect(diceLoss(prediction, target, { ...given, ...hard })).toBe(diceLoss(prediction, target, { ...shaped, ...hard }));
        const expected = valueAndGradient(diceLoss, prediction, target, shaped);
        expect(valueAndGradient(diceLoss, prediction, target, given)).toEqual(expected);
        const room = allocate(of.length, { gradient: true });
        valueAndGradient(diceLoss, prediction, target, { ...given, gradient: room.gradient });
        expect(room.gradient).toEqual(expected.gradient);
      }),
      { numRuns: 300 },
    );
  });
});

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
    expect(bytes).toBeLessThanOrEqual(3 * 400_000 + 3 * 65_536);
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

describe("memory", () => {
  test("of the shared engine is two pages before and after large calls", () => {
    const { prediction, target } = softPair(3_000_000, 1);
    const before = sharedEngine().buffer;
    diceLoss(prediction, target);
    valueAndGradient(diceLoss, prediction, maskOf(3_000_000, 1));
    expect(sharedEngine().buffer).toBe(before);
    expect(before.byteLength).toBe(2 * 65_536);
  });

  test("stays flat over 1,000,000 calls", () => {
    const { prediction, target } = softPair(40, 1);
    const gradient = new Float32Array(40);
    const call = () => {
      diceLoss(prediction, target, { smooth: 1e-5 });
      valueAndGradient(diceLoss, prediction, target, { gradient });
    };
    const used = (): number => {
      globalThis.gc?.();
      const { heapUsed, external, arrayBuffers } = process.memoryUsage();
      return heapUsed + external + arrayBuffers;
    };
    expect(globalThis.gc, "the tests run with --expose-gc").toBeDefined();
    for (let i = 0; i < 10_000; i++) call();
    const before = used();
    for (let i = 0; i < 500_000; i++) call();
    expect(used() - before).toBeLessThan(1_000_000);
  });
});

test("views at the very end of the memory are read to their end and no further", () => {
  for (const n of [1, 3, 5, 6, 33, 63]) {
    const { buffer } = allocate(100).prediction;
    const prediction = new Float32Array(buffer, buffer.byteLength - 4 * n, n).map((_, i) => i / n - 0.5);
    const atEnd = new Float32Array(buffer, buffer.byteLength - 4 * n, n);
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
      expect(valueAndGradient(diceLoss, atEnd, labels, options)).toEqual(valueAndGradient(diceLoss, prediction, labels, options));
    }
  }
});

test("masks at the very end of the memory are read to their end, and a value that is in no mask is refused there, at every call", () => {
  for (const n of [1, 5, 33, 63]) {
    const { prediction } = allocate(100, { target: Uint8Array });
    prediction.set(softPair(100, n).prediction);
    const { buffer } = prediction;
    const atEnd = new Uint8Array(buffer, buffer.byteLength - n, n);
    atEnd.set(maskOf(n, 1));
    const p = prediction.subarray(0, n);
    for (let call = 0; call < 2; call++) expect(diceLoss(p, atEnd)).toBe(diceLoss(p.slice(), atEnd.slice()));
    atEnd[n - 1] = 2;
    for (const t of [atEnd, atEnd.slice()]) {
      for (let call = 0; call < 2; call++) expect(() => diceLoss(p, t)).toThrow(`got 2 at position ${n - 1}`);
    }
  }
});

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

  test("may fill their pages", () => {
    for (const [target, bytes] of [[Uint8Array, 9] as const, [Float32Array, 12] as const]) {
      const full = Math.floor(65_536 / bytes);
      for (let length = full - 8; length <= full + 8; length++) {
        const room = allocate<Uint8Array | Float32Array>(length, { target, gradient: true });
        room.target.fill(1);
        expect(diceLoss(room.prediction, room.target)).toBe(diceLoss(new Float32Array(length), new Uint8Array(length).fill(1)));
      }
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
