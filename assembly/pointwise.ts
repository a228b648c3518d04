// Pointwise losses of logits: cross-entropy and focal loss, and their slopes.
import { exp4, largestOf, LN2_LOW as TINY, ROUND } from "./activation";
import { constant, clamp, ONE, ZERO } from "./lanes";

const LN2: usize = memory.data<f32>([0.693147182, 1.41421354, 0.707106769, 1e20, 2.0 / 9, 2.0 / 7, 2.0 / 5, 2.0 / 3, 2, 80]);
const ROOT: usize = LN2 + 4;
const ROOT_HALF: usize = LN2 + 8;
/** Coefficients of 2 artanh(s), from s⁹ down to s. */
const SERIES: usize = LN2 + 16;
/** Logits are clamped to ±1e20: ±Infinity then leaves no ∞ − ∞, and the product with e⁻⁸⁰ is negligible. */
const MOST_LOGIT: usize = LN2 + 12;
const TWO: usize = LN2 + 32;
/** The largest x of e^−x: e⁻⁸⁰ leaves room above 2⁻¹²⁶ for what is computed from it. */
const MOST_POWER: usize = LN2 + 36;

/** e^−x of four x ≥ 0. Not inlined: one copy serves this file. */
function exponential(x_f32x4: v128): v128 {
  return exp4(f32x4.pmin(x_f32x4, constant(MOST_POWER)), constant(ROUND), constant(ONE));
}

/**
 * ln(1 + r) of four finite r ≥ 0: 1 + r = m·2ᵏ with m in [√½, √2), and ln m = 2 artanh((m − 1) / (m + 1)), its series up
 * to the ninth power. Small r lose no digits. NaN gives NaN.
 */
function log1p4(r_f32x4: v128): v128 {
  const bits = f32x4.add(r_f32x4, constant(ONE));
  const k = i32x4.shr_s(i32x4.sub(bits, constant(ROOT_HALF)), 23);
  const m = i32x4.sub(bits, i32x4.shl(k, 23));
  const isReduced = f32x4.ge(bits, constant(ROOT));
  const over = v128.bitselect(f32x4.sub(m, constant(ONE)), r_f32x4, isReduced);
  const s = f32x4.div(over, f32x4.add(over, constant(TWO)));
  // below TINY the series adds nothing to 2·s, but its products may be subnormal, which is slow
  const s2 = f32x4.mul(v128.and(s, f32x4.gt(r_f32x4, constant(TINY))), s);
  let series = constant(SERIES);
  series = f32x4.add(f32x4.mul(series, s2), constant(SERIES + 4));
  series = f32x4.add(f32x4.mul(series, s2), constant(SERIES + 8));
  series = f32x4.add(f32x4.mul(series, s2), constant(SERIES + 12));
  series = f32x4.mul(f32x4.mul(series, s2), s);
  const ofM = f32x4.add(f32x4.add(s, s), series);
  return f32x4.add(ofM, f32x4.mul(f32x4.convert_i32x4_s(k), constant(LN2))); // k is 0 where nothing is reduced
}

/**
 * x[c] = ln Σ e^x[k] − x[c] ≥ 0, the cost in nats of a position of class c, in place of its logits, from these and the p
 * that `softmax` makes of them. Over `classes` planes of p and of x; strides in bytes; n float32, accessed up to the next
 * multiple of 4. A position with NaN gives NaN.
 * Computed as m − x[c] + ln(1 + Σ p[k] / p[m]), m being the largest logit, which the sum leaves out, so that small costs
 * keep their digits: with two classes, one logit being 0, at most 4 ulp where |x| ≤ 71; costs below e^−71 are given as
 * that.
 */
// @ts-ignore: decorator
@inline
export function surprise(p: usize, sourceStride: usize, x: usize, stride: usize, classes: usize, n: usize): void {
  const planesEnd = x + (n << 2);
  const one = constant(ONE);
  const limit = constant(MOST_LOGIT);
  const least = f32x4.neg(limit);
  do {
    const most = clamp(largestOf(x, stride, classes), limit, least);
    let others = constant(ZERO);
    let largest = constant(ZERO);
    let equals = constant(ZERO);
    const end = x + classes * stride;
    let y = x;
    let source = p;
    do {
      const logit = clamp(v128.load(y), limit, least);
      const share = v128.load(source);
      const isMost = f32x4.eq(logit, most);
      equals = f32x4.add(equals, v128.and(isMost, one));
      others = f32x4.add(others, v128.andnot(share, isMost));
      largest = f32x4.pmax(largest, share);
      v128.store(y, f32x4.sub(most, logit));
      y += stride;
      source += sourceStride;
    } while (y < end);
    const log = log1p4(f32x4.add(f32x4.sub(equals, one), f32x4.div(others, largest)));
    do {
      y -= stride;
      v128.store(y, f32x4.add(log, v128.load(y)));
    } while (y > x);
    p += 16;
    x += 16;
  } while (x < planesEnd);
}

/**
 * The focal loss of a logit x against t, and its slope with respect to x. With z = x·(2t − 1) and
 * a = positive·t + negative·(1 − t):
 * values[i] = a·σ(−z)^γ·b, where b = max(x, 0) − x·t + ln(1 + e^−|x|) is the binary cross-entropy;
 * slopes[i] = a·σ(−z)^γ·(σ(x) − t − γ·(2t − 1)·σ(z)·b).
 * n float32, accessed up to the next multiple of 4; values and slopes apart from x and t. NaN gives NaN;
 * costs of less than 9e-32·a may be 0.
 */
// @ts-ignore: decorator
@inline
export function focal(x: usize, t: usize, values: usize, slopes: usize, n: usize, gamma: f32, positive: f32, negative: f32): void {
  const limit = constant(MOST_LOGIT);
  const zero = constant(ZERO);
  const one = constant(ONE);
  let i: usize = 0;
  do {
    const x_f32x4 = clamp(v128.load(x + i), limit, f32x4.neg(limit));
    const t_f32x4 = v128.load(t + i);
    const side = f32x4.sub(f32x4.add(t_f32x4, t_f32x4), one);
    const z = f32x4.mul(x_f32x4, side);
    const size = f32x4.abs(x_f32x4);
    const sizeOfZ = f32x4.abs(z);
    const ofX = exponential(size);
    const logOfX = log1p4(ofX);
    const major = majorOf(ofX, one);
    let ofZ = ofX;
    let logOfZ = logOfX;
    let majorOfZ = major;
    // if all targets are 0 or 1, |z| = |x|
    const isSoft = v128.any_true(v128.xor(size, sizeOfZ));
    if (isSoft) {
      ofZ = exponential(sizeOfZ);
      majorOfZ = majorOf(ofZ, one);
    }
    const minorOfZ = f32x4.mul(majorOfZ, ofZ);
    const isWrong = f32x4.lt(z, zero);
    const entropy = f32x4.add(f32x4.sub(f32x4.pmax(x_f32x4, zero), f32x4.mul(x_f32x4, t_f32x4)), logOfX);
    let root: v128; // σ(−z)^(γ / 2)
    if (gamma == 2) root = v128.bitselect(majorOfZ, minorOfZ, isWrong);
    else {
      if (isSoft) logOfZ = log1p4(ofZ);
      const ease = f32x4.add(f32x4.pmax(z, zero), logOfZ); // −ln σ(−z)
      root = exponential(f32x4.mul(ease, f32x4.splat(0.5 * gamma)));
    }
    // 0 where root²·entropy < 7e-32: a fraction of that could be subnormal, which is slow. Bit patterns add as logarithms
    // do, less those of 1 for each sum, and the limit's are those of ROUND.
    const power = i32x4.add(root, i32x4.sub(root, one));
    const counted = v128.and(root, i32x4.gt_s(power, i32x4.sub(constant(ROUND), entropy)));
    const a = f32x4.add(f32x4.mul(t_f32x4, f32x4.splat(positive)), f32x4.mul(f32x4.sub(one, t_f32x4), f32x4.splat(negative)));
    const factor = f32x4.mul(f32x4.mul(a, counted), counted);
    const ofSide = v128.bitselect(minorOfZ, majorOfZ, isWrong); // σ(z)
    const turn = f32x4.mul(f32x4.mul(f32x4.mul(side, f32x4.splat(gamma)), ofSide), entropy);
    const share = v128.bitselect(f32x4.mul(major, ofX), major, f32x4.lt(x_f32x4, zero)); // σ(x)
    v128.store(values + i, f32x4.mul(factor, entropy));
    v128.store(slopes + i, f32x4.mul(factor, f32x4.sub(f32x4.sub(share, t_f32x4), turn)));
    i += 16;
  } while (i < n << 2);
}

/** σ(|x|) = 1 / (1 + e^−|x|), from e^−|x|, by which σ(−|x|) is smaller. */
// @ts-ignore: decorator
@inline
function majorOf(power_f32x4: v128, one: v128): v128 {
  return f32x4.div(one, f32x4.add(one, power_f32x4));
}
