// Arrays of more than 4 GiB, which is more than WebAssembly can address, and arrays up to its last page. All but a few
// elements are never written: such pages take no memory.
import { expect, test, vi } from "vitest";
import { allocate, diceLoss, overlap, scoreLabels, valueAndGradient } from "../src/index.ts";

vi.setConfig({ testTimeout: 600_000 }); // page faults make it half a minute each, and more on a busy machine

test("floats beyond 4 GiB are summed against a mask", () => {
  const length = 2 ** 30 + 5;
  const prediction = new Float32Array(length);
  const target = new Uint8Array(length);
  for (const i of [0, 2 ** 29, 2 ** 30 - 1, 2 ** 30, length - 1]) {
    prediction[i] = 0.5;
    target[i] = 1;
  }
  prediction[2 ** 30 + 2] = 0.25;
  const { intersection, prediction: P, target: T, positions } = overlap(prediction, target);
  expect([intersection[0], P[0], T[0], positions[0]]).toEqual([2.5, 2.75, 5, length]);
  target[length - 2] = 2;
  expect(() => diceLoss(prediction, target)).toThrow(`got 2 at position ${length - 2}`);
});

test("labels beyond 4 GiB are counted", () => {
  const length = 2 ** 31 + 70;
  const prediction = new Uint16Array(length);
  const target = new Uint8Array(length);
  for (const i of [5, 2 ** 31, length - 1]) prediction[i] = 1;
  for (const i of [2 ** 31 + 3, length - 1]) target[i] = 1;
  const { truePositives, falsePositives, falseNegatives, trueNegatives } = scoreLabels(prediction, target, { classes: 2 })
    .classes[1];
  expect([truePositives, falsePositives, falseNegatives, trueNegatives]).toEqual([1, 2, 1, length - 4]);
});

test("bytes beyond a stretch, after which counters are emptied, are counted as they are", () => {
  const length = 2 ** 28 + 70;
  const [prediction, target] = [new Uint8Array(length), new Uint8Array(length)];
  for (const i of [5, 2 ** 28, length - 1]) prediction[i] = 1;
  for (const i of [2 ** 28 + 3, length - 1]) target[i] = 1;
  for (const classes of [2, 8, 9]) {
    const [background, { truePositives, falsePositives, falseNegatives }] = scoreLabels(prediction, target, { classes }).classes;
    expect([truePositives, falsePositives, falseNegatives, background.truePositives]).toEqual([1, 2, 1, length - 4]);
  }
});

test("probabilities are kept in a gradient that ends near 4 GiB", () => {
  const classes = 1000;
  const positions = Math.floor((65526 * 65536 - 3 * 48 * 1024) / (8 * classes + 1)); // the most that there is room for
  const room = allocate([1, classes, positions], { target: Uint8Array, gradient: true });
  const n = 2 ** 20;
  const prediction = room.prediction.subarray(0, 2 * n);
  const gradient = room.gradient.subarray(-2 * n);
  for (let i = 0; i < 2 * n; i++) prediction[i] = (i % 17) - 8;
  const labels = Uint8Array.from({ length: n }, (_, i) => i % 2);
  const options = { shape: [1, 2, n], activation: "softmax" } as const;
  const copied = valueAndGradient(diceLoss, prediction.slice(), labels, options);
  expect(valueAndGradient(diceLoss, prediction, labels, { ...options, gradient }).value).toBe(copied.value);
  expect(gradient.every((slope, i) => slope === copied.gradient[i])).toBe(true);
});
