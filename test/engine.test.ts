import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BLOCK, SUMS, sharedEngine } from "../src/engine.ts";
import { allocate, diceLoss, overlap, valueAndGradient } from "../src/index.ts";
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

describe("memory", () => {
  test("of the shared engine is half a megabyte before and after large calls", () => {
    const { prediction, target } = softPair(3_000_000, 1);
    const before = sharedEngine().buffer;
    diceLoss(prediction, target);
    valueAndGradient(diceLoss, prediction, maskOf(3_000_000, 1));
    expect(sharedEngine().buffer).toBe(before);
    expect(before.byteLength).toBe(8 * 65_536);
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
