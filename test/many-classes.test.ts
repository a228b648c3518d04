// Classes so many that a block of positions is small, or that a byte does not hold them.
import { describe, expect, test } from "vitest";
import { diceLoss, valueAndGradient } from "../src/index.ts";
import { random } from "./table.ts";

const logitsOf = (length: number, seed: number): Float32Array => {
  const next = random(seed);
  return Float32Array.from({ length }, () => 8 * next() - 4);
};

describe("the value of valueAndGradient is that of the loss, and its gradient that of the other layout", () => {
  for (const [classes, lengths] of [
    [157, [255, 257, 511, 512, 513]],
    [158, [29, 257]],
    [303, [33, 64, 129]],
    [640, [31, 33, 64, 65]],
    [641, [32, 33, 64]],
    [959, [33, 64, 65]],
    [1001, [29, 32, 33, 64]],
    [1920, [29, 32, 33]],
  ] as const) {
    for (const n of lengths) {
      test(`${classes} classes, ${n} positions`, () => {
        const last = logitsOf(classes * n, classes + n);
        const first = last.map((_, k) => last[(k % n) * classes + Math.floor(k / n)]);
        const labels = Int16Array.from({ length: n }, (_, i) => (i * 7) % classes);
        const mask = Uint8Array.from({ length: n }, (_, i) => Number(i % 5 > 0));
        for (const activation of ["sigmoid", "softmax"] as const) {
          const options = { activation, mask, smooth: 1e-3 };
          const channelsLast = { ...options, shape: [1, n, classes], layout: "channels-last" } as const;
          const got = valueAndGradient(diceLoss, last, labels, channelsLast);
          const other = valueAndGradient(diceLoss, first, labels, { ...options, shape: [1, classes, n] });
          expect(got.value).toBe(diceLoss(last, labels, channelsLast));
          const largest = other.gradient.reduce((most, g) => Math.max(most, Math.abs(g)), 0);
          got.gradient.forEach((g, k) => {
            const wanted = other.gradient[(k % classes) * n + Math.floor(k / classes)];
            if (!(Math.abs(g - wanted) <= 2e-6 * largest)) expect.fail(`${g} for ${wanted} at ${k}`);
          });
        }
      });
    }
  }
});

describe("labels that are bytes are no others", () => {
  test("where a block has four positions, of which three are there", () => {
    const [classes, n] = [20_000, 3];
    const p = logitsOf(classes * n, 7);
    const labels = [3, 141, 255];
    const options = { shape: [1, classes, n] };
    expect(diceLoss(p, Uint8Array.from(labels), options)).toBe(diceLoss(p, Int32Array.from(labels), options));
  });

  test("whose last classes a page of narrowed labels would not hold", () => {
    for (const classes of [253, 254, 255, 256]) {
      const p = logitsOf(classes * classes, classes);
      const labels = Uint8Array.from({ length: classes }, (_, i) => i);
      for (const activation of ["none", "softmax"] as const) {
        const options = { shape: [1, classes, classes], activation, reduction: "none" } as const;
        const bytes = valueAndGradient(diceLoss, p, labels, options);
        expect(bytes).toEqual(valueAndGradient(diceLoss, p, Uint16Array.from(labels), options));
      }
    }
  });

  test("a negative one is no class, however many there are", () => {
    for (const classes of [127, 128, 129, 200, 300]) {
      const labels = Int8Array.of(0, 1, -100, 2);
      const call = () => diceLoss(new Float32Array(4 * classes), labels, { shape: [1, classes, 4] });
      expect(call).toThrow("got -100 at position 2");
    }
  });

  test("class 256 takes nothing of class 0", () => {
    const [classes, n] = [300, 64];
    const p = logitsOf(classes * n, 5);
    const labels = Uint16Array.from({ length: n }, (_, i) => i % 3);
    for (const activation of ["none", "softmax"] as const) {
      const options = { shape: [1, classes, n], activation } as const;
      const bytes = valueAndGradient(diceLoss, p, Uint8Array.from(labels), options);
      expect(bytes).toEqual(valueAndGradient(diceLoss, p, labels, options));
    }
  });
});

test("more classes than gradients have room for are refused before a gradient is written", () => {
  const classes = 20_000;
  const gradient = new Float32Array(3 * classes).fill(9);
  const options = { shape: [1, classes, 3], activation: "softmax", gradient } as const;
  expect(() => valueAndGradient(diceLoss, new Float32Array(3 * classes), new Uint8Array(3), options)).toThrow(
    /at most \d+ classes/,
  );
  expect(gradient.every((g) => g === 9)).toBe(true);
});

test("200,000 regions do not overflow the stack", () => {
  const ones = new Float32Array(200_000).fill(1);
  expect(diceLoss(ones, ones, { shape: [1, 200_000] })).toBe(0);
});
