// Logits to probabilities, and gradients with respect to probabilities to gradients with respect to logits.
import { constant, clamp, ONE, ZERO } from "./lanes";

const LOG2E: usize = memory.data<f32>([
  -1.44269504, 0.693145751953125, 1.42860682e-6, 12582912, f32.MAX_VALUE, 71, 120, 12, 60,
]);
const LN2_HIGH: usize = LOG2E + 4; // 15 bits, so that its product with an exponent is exact
/** Also a limit in pointwise.ts, and so is ROUND. */
export const LN2_LOW: usize = LOG2E + 8;
/** Adding and subtracting it rounds a float32 below 2²² to the nearest integer, ties to even. */
export const ROUND: usize = LOG2E + 12;
const LARGEST: usize = LOG2E + 16;
/**
 * The largest x of e^−x: e^−71 = 1.5e-31. float32 reaches e^−87, but slopes and costs made of such powers would be
 * subnormal, up to fifty times as slow.
 */
const MOST_POWER: usize = LOG2E + 20;
/** Padé's e^−r = (E − O) / (E + O) with E = 120 + 12r² and O = r·(60 + r²), within 6e-9 on [−½ ln 2, ½ ln 2]. */
const PADE: usize = LOG2E + 24;

/** ROUND + k in float32, whose low bits hold k, the integer nearest −x / ln 2, so that e^−x = 2ᵏ·e^−r. x within ±87. */
// @ts-ignore: decorator
@inline
function shiftedOf(x_f32x4: v128, round: v128): v128 {
  return f32x4.add(f32x4.mul(x_f32x4, constant(LOG2E)), round);
}

/** r = x + k·ln 2, by Cody and Waite's reduction. */
// @ts-ignore: decorator
@inline
function restOf(x_f32x4: v128, shifted: v128, round: v128): v128 {
  const k = f32x4.sub(shifted, round);
  return f32x4.add(f32x4.add(x_f32x4, f32x4.mul(k, constant(LN2_HIGH))), f32x4.mul(k, constant(LN2_LOW)));
}

/** Padé's E, from r². */
// @ts-ignore: decorator
@inline
function evenOf(r2: v128): v128 {
  return f32x4.add(constant(PADE), f32x4.mul(constant(PADE + 4), r2));
}

/** Padé's O, from r and r². */
// @ts-ignore: decorator
@inline
function oddOf(r: v128, r2: v128): v128 {
  return f32x4.mul(f32x4.add(constant(PADE + 8), r2), r);
}

/** e^−x of four x from 0 to 87, at most 1.9 ulp; `round` and `one` are the constants of those names. NaN gives NaN. */
// @ts-ignore: decorator
@inline
export function exp4(x_f32x4: v128, round: v128, one: v128): v128 {
  const shifted = shiftedOf(x_f32x4, round);
  const r = restOf(x_f32x4, shifted, round);
  const r2 = f32x4.mul(r, r);
  const even = evenOf(r2);
  const odd = oddOf(r, r2);
  // 2ᵏ, by which to multiply: adding k to the exponent bits of the result would turn a NaN into a number
  const power = i32x4.add(i32x4.shl(shifted, 23), one);
  return f32x4.div(f32x4.mul(power, f32x4.sub(even, odd)), f32x4.add(even, odd));
}

/**
 * block[i] = 1 / (1 + e^−x), where x is source[i] clamped to ±71, so that ±1000 and ±Infinity are right. n float32,
 * accessed up to the next multiple of 4. block may be source. At most 2.7 ulp; NaN gives NaN.
 */
// @ts-ignore: decorator
@inline
export function sigmoid(source: usize, block: usize, n: usize): void {
  const end = block + (n << 2);
  const most = constant(MOST_POWER);
  const least = f32x4.neg(most);
  const round = constant(ROUND);
  const one = constant(ONE);
  do {
    const x = clamp(v128.load(source), most, least);
    // E and O as in exp4, which would take a second division: 1 / (1 + 2ᵏ·(E − O) / (E + O)) needs but one
    const shifted = shiftedOf(x, round);
    const r = restOf(x, shifted, round);
    const r2 = f32x4.mul(r, r);
    const even = evenOf(r2);
    const odd = oddOf(r, r2);
    const power = i32x4.sub(one, i32x4.shl(shifted, 23)); // 2⁻ᵏ
    const scaled = f32x4.mul(power, f32x4.add(even, odd));
    v128.store(block, f32x4.div(scaled, f32x4.add(scaled, f32x4.sub(even, odd))));
    source += 16;
    block += 16;
  } while (block < end);
}

/** The largest of the classes at each of four positions, in planes `stride` bytes apart. */
// @ts-ignore: decorator
@inline
export function largestOf(source: usize, stride: usize, classes: usize): v128 {
  let most = v128.load(source);
  for (let at = stride; at < classes * stride; at += stride) most = f32x4.pmax(most, v128.load(source + at));
  return most;
}

/**
 * planes[c] = e^(x[c] − m) / Σ e^(x[k] − m) over `classes` planes of logits, m being the largest of the position. Strides
 * in bytes; n float32, accessed up to the next multiple of 4; planes may be source. A position with NaN gives NaN.
 */
// @ts-ignore: decorator
@inline
export function softmax(source: usize, sourceStride: usize, planes: usize, stride: usize, classes: usize, n: usize): void {
  const planesEnd = planes + (n << 2);
  const largest = constant(LARGEST);
  const limit = constant(MOST_POWER);
  const round = constant(ROUND);
  const one = constant(ONE);
  do {
    // ∞ − ∞ would be NaN: the maximum is clamped to the finite numbers, and the logits to the largest of these
    const most = clamp(largestOf(source, sourceStride, classes), largest, f32x4.neg(largest));
    let sum = constant(ZERO);
    let x = source;
    let y = planes;
    const end = planes + classes * stride;
    do {
      const e = exp4(f32x4.pmin(f32x4.sub(most, f32x4.pmin(v128.load(x), largest)), limit), round, one);
      sum = f32x4.add(sum, e);
      v128.store(y, e);
      x += sourceStride;
      y += stride;
    } while (y != end); // which may be beyond 4 GiB, and so wrap around to a low address
    const share = f32x4.div(one, sum);
    do {
      y -= stride;
      v128.store(y, f32x4.mul(v128.load(y), share));
    } while (y > planes);
    source += 16;
    planes += 16;
  } while (planes < planesEnd);
}

/**
 * The chain rule of a softmax p, in place: from slopes g with respect to p, the slopes with respect to its logits,
 * g[c] = p[c]·(g[c] − Σ p[k]·g[k]); `byCosts`, from slopes with respect to the costs −ln p, g[c] = p[c]·Σ g[k] − g[c].
 * Over `classes` planes of p and of g; strides in bytes; n float32, accessed up to the next multiple of 4.
 */
// @ts-ignore: decorator
@inline
export function chain(p: usize, sourceStride: usize, g: usize, stride: usize, classes: usize, n: usize, byCosts: bool): void {
  const planesEnd = g + (n << 2);
  do {
    let sum = constant(ZERO);
    const end = g + classes * stride;
    let y = g;
    let source = p;
    do {
      let slope = v128.load(y);
      if (!byCosts) slope = f32x4.mul(v128.load(source), slope);
      sum = f32x4.add(sum, slope);
      source += sourceStride;
      y += stride;
    } while (y < end);
    do {
      source -= sourceStride;
      y -= stride;
      const share = v128.load(source);
      const slope = v128.load(y);
      v128.store(y, byCosts ? f32x4.sub(f32x4.mul(share, sum), slope) : f32x4.mul(share, f32x4.sub(slope, sum)));
    } while (y > g);
    p += 16;
    g += 16;
  } while (g < planesEnd);
}
