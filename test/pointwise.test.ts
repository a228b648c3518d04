import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { softplus } from "./compounds-reference.ts";
import { first, floats, isNormal, kernels, ulpOf } from "./kernels.ts";
import { random } from "./table.ts";

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** What the README states is of costs above this: powers below e⁻⁷¹ are taken as that, each of up to 100. */
const LEAST = 1e-22;

/** A number that the README states. */
function numberIn(pattern: RegExp): number {
  return Number(pattern.exec(readFileSync("README.md", "utf8"))?.[1]);
}

/** What each class costs at n positions, from planes of logits. */
function surprise(logits: ArrayLike<number>, classes: number, n: number): Float32Array {
  const p = first + 4 * classes * n;
  const x = floats(first, classes * n);
  x.set(logits);
  kernels.softmax(first, 4 * n, p, 4 * n, classes, n);
  kernels.surprise(p, 4 * n, first, 4 * n, classes, n);
  return x.slice();
}

describe("surprise", () => {
  /** The most ulp that assembly/pointwise.ts says it is off. */
  const stated = Number(/at most (\d+) ulp where \|x\| ≤ 71/.exec(readFileSync("assembly/pointwise.ts", "utf8"))?.[1]);

  test("of x against 0 is within the ulp that its documentation states, densely from −71 to 71", () => {
    const n = 4096;
    const count = 200;
    let most = 0;
    for (let k = 0; k < count; k++) {
      const logits = new Float32Array(2 * n).map((_, i) => (i < n ? 0 : -71 + (142 * (k + (i - n) / n)) / count));
      const got = surprise(logits, 2, n);
      for (let i = 0; i < n; i++) {
        const x = logits[n + i];
        for (const [cost, wanted] of [
          [got[i], softplus(x)],
          [got[n + i], softplus(-x)],
        ]) {
          most = Math.max(most, Math.abs(cost - wanted) / ulpOf(wanted));
        }
      }
    }
    expect(stated).toBeLessThanOrEqual(4);
    expect(most).toBeLessThanOrEqual(stated);
    expect(most).toBeGreaterThan(0.5);
  });

  test.each([2, 3, 5, 17, 100])(
    "of %i classes is ln Σ e^x − x of differences of float32, within the ulp that the README states",
    (classes) => {
      const n = 64;
      const next = random(classes);
      let most = 0;
      for (const range of [4, 40, 160]) {
        const logits = Float32Array.from({ length: classes * n }, () => range * (next() - 0.5));
        const got = surprise(logits, classes, n);
        for (let i = 0; i < n; i++) {
          const at = Array.from({ length: classes }, (_, c) => logits[c * n + i]);
          const largest = Math.max(...at);
          const differences = at.map((x) => Math.fround(x - largest));
          const rest = differences.reduce((sum, x) => sum + (x === 0 ? 0 : Math.exp(x)), 0);
          for (const [c, x] of differences.entries()) {
            const wanted = Math.log1p(rest) - x;
            if (wanted > LEAST) most = Math.max(most, Math.abs(got[c * n + i] - wanted) / ulpOf(wanted));
          }
        }
      }
      expect(most).toBeLessThanOrEqual(numberIn(/of up to 100 classes within (\d+) ulp/));
      expect(most).toBeGreaterThan(0.5);
    },
  );

  test("±1000 and ±Infinity are right, equals share, and NaN is NaN in every class", () => {
    const logits = [1000, Infinity, -Infinity, 5, Number.NaN, 0, 0, 0, 0, -Infinity, 5, 0].map(Math.fround);
    const planes = [...logits.slice(0, 4), ...logits.slice(5, 9), ...[-1000, 0, 0, 5]];
    const got = surprise(planes, 3, 4);
    expect([got[4], got[8]]).toEqual([1000, 2000]);
    expect(Math.max(got[0], got[1])).toBeLessThanOrEqual(1e-30); // costs below e⁻⁷¹ are given as that, for each other class
    expect(got[5]).toBeGreaterThanOrEqual(9e19);
    expect(got[2]).toBeGreaterThanOrEqual(9e19);
    expect([got[6], got[10]]).toEqual([Math.fround(Math.LN2), Math.fround(Math.LN2)]);
    expect(surprise([1, Number.NaN, 0, 0, 0, 0, 0, 0], 2, 4).map((cost) => Number(Number.isNaN(cost)))).toEqual(
      Float32Array.of(0, 1, 0, 0, 0, 1, 0, 0),
    );
  });
});

test("the chain rule of costs is p·Σu − u, the slope of Σu·l by the logits, with p = e^−l", () => {
  const [classes, n] = [5, 64];
  const next = random(3);
  const logits = Float32Array.from({ length: classes * n }, () => 12 * next() - 6);
  const p = surprise(logits, classes, n).map((l) => Math.exp(-l));
  const u = Float32Array.from({ length: classes * n }, next);
  const [ofP, ofU] = [floats(first, classes * n), floats(first + 4 * classes * n, classes * n)];
  ofP.set(p);
  ofU.set(u);
  kernels.chain(ofP.byteOffset, 4 * n, ofU.byteOffset, 4 * n, classes, n, 1);
  for (let i = 0; i < n; i++) {
    const sum = Array.from({ length: classes }, (_, c) => u[c * n + i]).reduce((a, b) => a + b, 0);
    for (let c = 0; c < classes; c++) {
      const wanted = p[c * n + i] * sum - u[c * n + i];
      expect(Math.abs(ofU[c * n + i] - wanted)).toBeLessThanOrEqual(1e-6);
    }
  }
});

describe("focal", () => {
  const n = 1024;
  /** What assembly/pointwise.ts says may cost nothing. */
  const NOTHING = Number(/costs of less than (\S+)·a may be 0/.exec(readFileSync("assembly/pointwise.ts", "utf8"))?.[1]);
  function focal(
    x: Float32Array,
    t: Float32Array,
    gamma: number,
    positive: number,
    negative: number,
  ): [Float32Array, Float32Array] {
    const at = [0, 1, 2, 3].map((k) => first + 4 * n * k);
    floats(at[0], n).set(x);
    floats(at[1], n).set(t);
    kernels.focal(at[0], at[1], at[2], at[3], n, gamma, positive, negative);
    return [floats(at[2], n).slice(), floats(at[3], n).slice()];
  }

  test.each([0, 0.5, 1, 2, 5])("and its slope with γ = %d are those of the formula", (gamma) => {
    for (const hard of [true, false]) {
      const next = random(gamma + 7);
      const x = Float32Array.from({ length: n }, () => 30 * next() - 15);
      const t = Float32Array.from({ length: n }, () => (hard ? Math.round(next()) : next()));
      const [values, slopes] = focal(x, t, gamma, 0.25, 0.75);
      for (let i = 0; i < n; i++) {
        const z = x[i] * (2 * t[i] - 1);
        const entropy = t[i] * softplus(-x[i]) + (1 - t[i]) * softplus(x[i]);
        const factor = (0.25 * t[i] + 0.75 * (1 - t[i])) * Math.exp(-gamma * softplus(z));
        const bound = 2 ** -24 * (24 + 3 * gamma * softplus(z)); // the factor is an exp of a softplus within 3 ulp
        const slope = factor * (sigmoid(x[i]) - t[i] - gamma * (2 * t[i] - 1) * sigmoid(z) * entropy);
        expect(Math.abs(values[i] - factor * entropy)).toBeLessThanOrEqual(bound * factor * (entropy + 1) + NOTHING);
        expect(Math.abs(slopes[i] - slope)).toBeLessThanOrEqual(bound * factor * (1 + gamma * entropy) + (1 + gamma) * NOTHING);
      }
    }
  });

  test("against 0 and 1 is as near as the README states, for γ up to 2", () => {
    let most = 0;
    for (const gamma of [0, 0.5, 1, 1.5, 2]) {
      for (const range of [10, 30, 160]) {
        const next = random(gamma + range);
        const x = Float32Array.from({ length: n }, () => range * (next() - 0.5));
        const t = Float32Array.from({ length: n }, () => Math.round(next()));
        const [values] = focal(x, t, gamma, 1, 1);
        for (let i = 0; i < n; i++) {
          const z = x[i] * (2 * t[i] - 1);
          const wanted = Math.exp(-gamma * softplus(z)) * softplus(-z);
          if (wanted > LEAST) most = Math.max(most, Math.abs(values[i] - wanted) / wanted);
        }
      }
    }
    expect(most).toBeLessThanOrEqual(numberIn(/Focal loss against targets of 0 and 1 is within (\S+), relative/));
    expect(most).toBeGreaterThan(1e-7);
  });

  test("of any logit and its slope are 0 or no less than 2⁻¹²⁶", () => {
    const x = Float32Array.from({ length: n }, (_, i) => (200 * i) / n - 100);
    for (const target of [0, 1]) {
      for (const outputs of focal(x, new Float32Array(n).fill(target), 2, 1, 1)) expect(isNormal(outputs)).toBe(true);
    }
  });

  test("±1000 and ±Infinity are finite and right; NaN gives NaN", () => {
    const x = new Float32Array(n);
    const t = new Float32Array(n);
    x.set([1000, -1000, Infinity, -Infinity, -1000, Number.NaN]);
    t.set([1, 0, 1, 0, 1, 1]);
    const [values, slopes] = focal(x, t, 2, 1, 1);
    expect([...values.subarray(0, 5)].map((value) => Math.round(value))).toEqual([0, 0, 0, 0, 1000]);
    expect([...slopes.subarray(0, 5)].map((slope) => Math.round(slope * 1e6) / 1e6 + 0)).toEqual([0, 0, 0, 0, -1]);
    expect([values[5], slopes[5]]).toEqual([Number.NaN, Number.NaN]);
  });
});
