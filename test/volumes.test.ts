// Whole volumes of a head and its brain, from Debian's package mricron-data.
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { allocate, diceLoss, jaccardLoss, overlap, type Target, valueAndGradient } from "../src/index.ts";
import { isSkipped, VOXELS, volumeOf } from "./brain.ts";
import { reference, referenceSums } from "./reference.ts";
import { bytesOf, MEASURES, type Name, WAYS } from "./table.ts";

const BOUND = 4e-7; // as in losses.test.ts

let head: Uint8Array;
let brain: Uint8Array;
let prediction: Float32Array;
let mask: Uint8Array;
let softMask: Float32Array;

describe.skipIf(isSkipped("ch2", "ch2bet"))("a head and its brain (Debian's package mricron-data)", () => {
  beforeAll(() => {
    head = volumeOf("ch2");
    brain = volumeOf("ch2bet");
    prediction = Float32Array.from(head, (intensity) => intensity / 255);
    mask = Uint8Array.from(brain, (intensity) => (intensity > 0 ? 1 : 0));
    softMask = Float32Array.from(mask);
  });

  test("the volumes are whole, and the example's slices are cut out of them", () => {
    expect([head.length, brain.length]).toEqual([VOXELS, VOXELS]);
    const slice = [73 * 181 * 217, 74 * 181 * 217] as const;
    for (const [name, volume] of [["ch2", head] as const, ["ch2bet", brain] as const]) {
      const file = readFileSync(new URL(`../examples/data/${name}-slice.raw`, import.meta.url));
      expect(file.equals(volume.subarray(...slice)), name).toBe(true);
    }
  });

  test("counts of masks are exact", () => {
    const count = (of: (i: number) => boolean) => {
      let n = 0;
      for (let i = 0; i < VOXELS; i++) if (of(i)) n++;
      return n;
    };
    const bright = (i: number) => prediction[i] >= Math.fround(0.3);
    const both = count((i) => bright(i) && mask[i] === 1);
    const brights = count(bright);
    const ones = count((i) => mask[i] === 1);
    for (const target of [mask, softMask]) {
      const sums = overlap(prediction, target, { threshold: 0.3 });
      expect([sums.intersection[0], sums.prediction[0], sums.predictionSquared[0]]).toEqual([both, brights, brights]);
      expect([sums.target[0], sums.targetSquared[0], sums.positions[0]]).toEqual([ones, ones, VOXELS]);
    }
  });

  test("each sum is within 1e-7 of itself", () => {
    for (const intersection of ["product", "minimum"] as const) {
      const expected = referenceSums(prediction, softMask, { intersection });
      const sums = overlap(prediction, mask, { intersection });
      for (const [name, sum] of Object.entries(expected)) {
        const [got] = sums[name as keyof typeof expected];
        expect(Math.abs(got - sum), name).toBeLessThanOrEqual(1e-7 * sum);
      }
    }
  });

  describe.each(Object.entries(MEASURES))("%s against the float64 reference", (name, measure) => {
    test.each(WAYS)("%o", (way) => {
      const expected = reference[name as Name](prediction, softMask, way);
      const got = measure(prediction, mask, way);
      expect(Math.abs(got - expected)).toBeLessThanOrEqual(BOUND);
      expect(measure(prediction, softMask, way)).toBe(got);
    });
  });

  test("copied and zero-copy agree to the bit, measures and gradients", () => {
    const room = allocate(VOXELS, { target: Uint8Array, gradient: true });
    room.prediction.set(prediction);
    room.target.set(mask);
    for (const measure of Object.values(MEASURES)) {
      for (const way of WAYS) expect(measure(room.prediction, room.target, way)).toBe(measure(prediction, mask, way));
    }
    const copied = valueAndGradient(jaccardLoss, prediction, mask);
    const resident = valueAndGradient(jaccardLoss, room.prediction, room.target, { gradient: room.gradient });
    expect(resident.value).toBe(copied.value);
    expect(bytesOf(copied.gradient).compare(bytesOf(resident.gradient))).toBe(0);
  });

  test.each(["diceLoss", "diceLoss squared"])("the gradient of %s is the central difference at sampled voxels", (which) => {
    const squared = which.endsWith("squared");
    const gradientOf = (target: Target) => valueAndGradient(diceLoss, prediction, target, { squared }).gradient;
    const gradient = gradientOf(mask);
    const slope = centralSlope(squared);
    const sampled = Array.from({ length: 500 }, (_, k) => (k * 14_243) % VOXELS);
    const steepest = Math.max(...sampled.map((i) => Math.abs(slope(i))));
    for (const i of sampled) expect(Math.abs(gradient[i] - slope(i)), `at ${i}`).toBeLessThanOrEqual(BOUND * steepest);
    expect(bytesOf(gradientOf(softMask)).compare(bytesOf(gradient))).toBe(0);
  });
});

const STEP = 0.05; // between float64's rounding (less) and the curvature of the squared form (more)

/** Central differences of the Dice loss with smooth 1: moving one prediction moves the sums by what it adds to them. */
function centralSlope(squared: boolean): (i: number) => number {
  const sums = referenceSums(prediction, softMask);
  const P = squared ? sums.predictionSquared : sums.prediction;
  const loss = (i: number, h: number) => {
    const added = squared ? 2 * prediction[i] * h + h * h : h;
    return 1 - (2 * (sums.intersection + h * mask[i]) + 1) / (P + added + sums.target + 1);
  };
  return (i) => (loss(i, STEP) - loss(i, -STEP)) / (2 * STEP);
}
