import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { first, floats, isNormal, kernels, labels, memory, ulpOf } from "./kernels.ts";
import { random } from "./table.ts";

const BLOCK = 4096;
/** The most ulp that assembly/activation.ts says its sigmoid is off. */
const stated = Number(/At most (\d+(?:\.\d+)?) ulp; NaN gives NaN/.exec(readFileSync("assembly/activation.ts", "utf8"))?.[1]);

function sigmoids(from: number, step: number): Float32Array {
  const [source, block] = [floats(first, BLOCK), floats(first + 4 * BLOCK, BLOCK)];
  source.forEach((_, i) => {
    source[i] = from + i * step;
  });
  kernels.sigmoid(source.byteOffset, block.byteOffset, BLOCK);
  return block;
}

describe("sigmoid", () => {
  test("is within the ulp that its documentation states, densely from −71 to 71", () => {
    const count = 500;
    const step = 142 / (count * BLOCK);
    let most = 0;
    for (let k = 0; k < count; k++) {
      const got = sigmoids(-71 + k * BLOCK * step, step);
      const source = floats(first, BLOCK);
      for (let i = 0; i < BLOCK; i++) {
        const wanted = 1 / (1 + Math.exp(-source[i]));
        most = Math.max(most, Math.abs(got[i] - wanted) / ulpOf(wanted));
      }
    }
    expect(stated).toBeLessThanOrEqual(3);
    expect(most).toBeLessThanOrEqual(stated);
    expect(most).toBeGreaterThan(0.5);
  });

  test("beyond it is at most 2e-31 below, 1 above, and NaN of NaN; and may be in place", () => {
    const block = floats(first, 8);
    block.set([-72, -1000, -Infinity, 72, 1000, Infinity, Number.NaN, 0]);
    kernels.sigmoid(block.byteOffset, block.byteOffset, 8);
    for (const low of block.subarray(0, 3)) expect(low >= 0 && low <= 2e-31).toBe(true);
    expect([...block.subarray(3)]).toEqual([1, 1, 1, Number.NaN, 0.5]);
  });
});

/** The classes' logits in planes at `first`, and their softmax beside or in place. */
function softmax(logits: Float32Array, classes: number, n: number, inPlace = false): Float32Array {
  const source = floats(first, classes * n);
  source.set(logits);
  const planes = inPlace ? source : floats(first + 4 * classes * n, classes * n);
  kernels.softmax(source.byteOffset, 4 * n, planes.byteOffset, 4 * n, classes, n);
  return planes.slice();
}

describe("softmax", () => {
  // exp within 3·2⁻²⁴ of an argument rounded by ½ ulp of x − m, a sum of `classes`, a quotient
  const bound = (classes: number, spread: number) => 2 ** -24 * (5 + spread + classes);

  test.each([2, 3, 4, 5, 7, 13, 40])(
    "of %i classes is within its bound of float64, relative, and in place the same",
    (classes) => {
      const n = 256;
      for (const spread of [1, 10, 35]) {
        const next = random(classes + spread);
        const logits = Float32Array.from({ length: classes * n }, () => spread * (2 * next() - 1));
        const got = softmax(logits, classes, n);
        for (let i = 0; i < n; i++) {
          const at = Array.from({ length: classes }, (_, c) => logits[c * n + i]);
          const most = Math.max(...at);
          const sum = at.reduce((total, x) => total + Math.exp(x - most), 0);
          at.forEach((x, c) => {
            const wanted = Math.exp(x - most) / sum;
            const off = Math.abs(got[c * n + i] - wanted) / wanted;
            if (!(off <= bound(classes, 2 * spread))) expect.fail(`off by ${off * 2 ** 24} · 2⁻²⁴ at ${i}, class ${c}`);
          });
        }
        expect(softmax(logits, classes, n, true)).toEqual(got);
      }
    },
  );

  test("of any logits, and its slopes, are no less than 2⁻¹²⁶", () => {
    const n = 1024;
    const logits = Float32Array.from({ length: 4 * n }, (_, i) => (i < n ? 0 : (100 * (i % n)) / n - 100));
    expect(Math.min(...softmax(logits, 4, n))).toBeGreaterThanOrEqual(2 ** -126);
    const slopes = floats(first, 4 * n).fill(0);
    slopes.fill(1e-6, 0, n); // of one class alone, as where terms cancel less may be left
    kernels.chain(first + 16 * n, 4 * n, first, 4 * n, 4, n, 0);
    expect(isNormal(slopes.subarray(n))).toBe(true);
    expect(slopes.subarray(n).every((slope) => slope < 0)).toBe(true);
  });

  test("a position with NaN is NaN in every class, the others are not", () => {
    const logits = new Float32Array(12);
    logits[5] = Number.NaN;
    expect([...softmax(logits, 3, 4)].flatMap((p, k) => (Number.isNaN(p) ? [k] : []))).toEqual([1, 5, 9]);
  });
});

test("a NaN is NaN after sigmoid and softmax, whatever its bits are", () => {
  for (const bits of [0x7fc00000, 0x7fc00001, 0xffc00001, 0x7fffffff, 0x7f800001]) {
    const source = new Uint32Array(memory.buffer, first, 8).fill(bits);
    kernels.sigmoid(source.byteOffset, first + 64, 4);
    expect([...floats(first + 64, 4)]).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
    floats(first, 4).fill(1);
    kernels.softmax(first, 16, first + 64, 16, 2, 4);
    expect([...floats(first + 64, 8)].every(Number.isNaN)).toBe(true);
  }
});

test("logits that are all −Infinity, or all Infinity, share equally", () => {
  for (const logit of [-Infinity, Infinity]) {
    expect([...softmax(new Float32Array(16).fill(logit), 4, 4)]).toEqual(new Array(16).fill(0.25));
  }
});

describe("planes", () => {
  const classCounts = Array.from({ length: 13 }, (_, k) => k + 1);

  test.each(classCounts)("transposed and transposed back they are the same for %i classes", (classes) => {
    for (const n of [1, 2, 3, 4, 5, 8, 31]) {
      const stride = 4 * 4 * Math.ceil(n / 4);
      const [source, planes, joined] = [first, first + 8192, first + 16384];
      const data = Float32Array.from({ length: classes * n }, (_, k) => k + 1);
      floats(source, classes * n).set(data);
      kernels.transpose(source, 4 * classes, n, classes, planes, stride);
      for (let c = 0; c < classes; c++) {
        expect([...floats(planes + c * stride, n)]).toEqual(Array.from({ length: n }, (_, i) => data[i * classes + c]));
      }
      kernels.transpose(planes, stride, classes, n, joined, 4 * classes);
      expect(floats(joined, classes * n)).toEqual(data);
    }
  });

  test.each(classCounts)("argmax of %i classes is the lowest of equals", (classes) => {
    const n = 512;
    const next = random(classes);
    const planes = floats(first, classes * n);
    planes.forEach((_, k) => {
      planes[k] = Math.floor(4 * next()) - 2;
    });
    const chosen = first + 4 * classes * n;
    const most = chosen + 4 * n;
    floats(most, n).fill(Number.NEGATIVE_INFINITY);
    floats(chosen, n).fill(0);
    for (let c = 0; c < classes; c += 3)
      kernels.argmax(first + 4 * n * c, 4 * n, c, Math.min(c + 3, classes) - 1, n, most, chosen);
    labels(chosen, n).forEach((label, i) => {
      const at = Array.from({ length: classes }, (_, c) => planes[c * n + i]);
      expect(label).toBe(at.indexOf(Math.max(...at)));
    });
  });
});
