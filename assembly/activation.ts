// Logits to probabilities, and gradients by probabilities to gradients by logits.
import { constant, ONE } from "./lanes";

const LOG2E: usize = memory.data<f32>([1.44269504]);
const LN2_HIGH: usize = memory.data<f32>([0.693145751953125]); // 15 bits, so that its multiples by an exponent are exact
const LN2_LOW: usize = memory.data<f32>([1.42860682e-6]);
/** Added and taken away, it rounds a float32 below 2²² to the nearest whole number, ties to even. */
const ROUND: usize = memory.data<f32>([12582912]);
const LEAST: usize = memory.data<f32>([-87]);
/** Of the series of eˣ on [−½ ln 2, ½ ln 2], from x⁷ down to x². */
const SERIES: usize = memory.data<f32>([
  1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1,
]);

/**
 * eˣ of four x ≤ 0, for x < −87 the value at −87 (1.6e-38).
 * Cody and Waite's reduction by ln 2 and Moshier's polynomial of degree 7 (Cephes) on [−½ ln 2, ½ ln 2]; at most 1.5 ulp.
 * NaN gives NaN.
 */
// @ts-ignore: decorator
@inline
export function exp4(x_f32x4: v128): v128 {
  const x = f32x4.pmax(x_f32x4, constant(LEAST)); // keeps a NaN in x_f32x4: pmax(a, b) is a unless a < b
  const shifted = f32x4.add(f32x4.mul(x, constant(LOG2E)), constant(ROUND));
  const k = f32x4.sub(shifted, constant(ROUND));
  const r = f32x4.sub(f32x4.sub(x, f32x4.mul(k, constant(LN2_HIGH))), f32x4.mul(k, constant(LN2_LOW)));
  let series = constant(SERIES);
  series = f32x4.add(f32x4.mul(series, r), constant(SERIES + 4));
  series = f32x4.add(f32x4.mul(series, r), constant(SERIES + 8));
  series = f32x4.add(f32x4.mul(series, r), constant(SERIES + 12));
  series = f32x4.add(f32x4.mul(series, r), constant(SERIES + 16));
  series = f32x4.add(f32x4.mul(series, r), constant(SERIES + 20));
  series = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(series, r), r), r), constant(ONE));
  return i32x4.add(series, i32x4.shl(shifted, 23)); // the low bits of `shifted` are k
}

/**
 * block[i] = 1 / (1 + e^−x), of x = source[i]; from e^−|x|, so that ±1000 and ±Infinity are right.
 * n float32 used up to the next multiple of 4. block may be source. At most 2.5 ulp; NaN gives NaN.
 */
// @ts-ignore: decorator
@inline
export function sigmoid(source: usize, block: usize, n: usize): void {
  const end = block + (n << 2);
  for (; block < end; block += 16, source += 16) {
    const x = v128.load(source);
    v128.store(block, logistic(x, exp4(f32x4.neg(f32x4.abs(x)))));
  }
}

/** 1 / (1 + e^−x), of x and e^−|x|. */
// @ts-ignore: decorator
@inline
export function logistic(x_f32x4: v128, power_f32x4: v128): v128 {
  const one = constant(ONE);
  const numerator = v128.bitselect(power_f32x4, one, f32x4.lt(x_f32x4, f32x4.splat(0)));
  return f32x4.div(numerator, f32x4.add(one, power_f32x4));
}

/**
 * planes[c] = e^(x[c] − m) / Σ e^(x[k] − m), m the largest of the position, over `classes` planes of logits.
 * strides in bytes; n float32 used up to the next multiple of 4; planes may be source. A position with NaN gives NaN.
 */
// @ts-ignore: decorator
@inline
export function softmax(source: usize, sourceStride: usize, planes: usize, stride: usize, classes: usize, n: usize): void {
  const end = planes + (n << 2);
  for (; planes < end; planes += 16, source += 16) {
    let most = v128.load(source);
    let x = source;
    for (let c: usize = 1; c < classes; c++) {
      x += sourceStride;
      most = f32x4.pmax(most, v128.load(x));
    }
    // an infinite maximum would give ∞ − ∞: it is taken down to the largest finite number, and the rest to below it
    most = f32x4.pmin(most, f32x4.splat(f32.MAX_VALUE));
    let sum = f32x4.splat(0);
    x = source;
    let y = planes;
    for (let c: usize = 0; c < classes; c++, x += sourceStride, y += stride) {
      const logit = f32x4.pmin(v128.load(x), f32x4.splat(f32.MAX_VALUE));
      const e = exp4(f32x4.sub(logit, most));
      sum = f32x4.add(sum, e);
      v128.store(y, e);
    }
    y = planes;
    for (let c: usize = 0; c < classes; c++, y += stride) v128.store(y, f32x4.div(v128.load(y), sum));
  }
}

/** g[i] *= p[i]·(1 − p[i]), the slope of the sigmoid that gave p. n up to the next multiple of 4. */
// @ts-ignore: decorator
@inline
export function sigmoidChain(p: usize, g: usize, n: usize): void {
  const end = g + (n << 2);
  for (; g < end; g += 16, p += 16) {
    const p_f32x4 = v128.load(p);
    v128.store(g, f32x4.mul(v128.load(g), f32x4.mul(p_f32x4, f32x4.sub(constant(ONE), p_f32x4))));
  }
}

/** g[c] = p[c]·(g[c] − Σ p[k]·g[k]), over `classes` planes of p and of g, of one stride. n up to the next multiple of 4. */
// @ts-ignore: decorator
@inline
export function softmaxChain(p: usize, g: usize, stride: usize, classes: usize, n: usize): void {
  const end = g + (n << 2);
  for (; g < end; g += 16, p += 16) {
    let sum = f32x4.splat(0);
    let at: usize = 0;
    for (let c: usize = 0; c < classes; c++, at += stride) sum = f32x4.add(sum, f32x4.mul(v128.load(p + at), v128.load(g + at)));
    at = 0;
    for (let c: usize = 0; c < classes; c++, at += stride) {
      v128.store(g + at, f32x4.mul(v128.load(p + at), f32x4.sub(v128.load(g + at), sum)));
    }
  }
}
