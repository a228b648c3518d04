// The one gradient kernel: every index depends on a prediction only through its intersection, Σp and Σp².
import { constant, HALF, ONE, ZERO } from "./lanes";

/** Given in place of a label when targets are floats: plain ones, or with the slope of min(p, t). */
const FLOATS = -1;
const MINIMUM = -2;

/**
 * g[i] = a·h + (b·p[i] + c), where h is the slope of the intersection with respect to p[i]. With FLOATS as label, h is
 * t[i]; with MINIMUM, ∂min(p[i], t[i])/∂p[i]; with a label from 0 to 255, t is bytes and h is 1 where t[i] is the label,
 * else 0. With `sigmoid`, g[i] is multiplied by p[i]·(1 − p[i]): then it is the gradient with respect to the logits x of
 * p = σ(x).
 * t, p, g: n elements each, float32 except t if bytes; any alignment, nothing accessed past the end. g is overwritten and
 * apart from t; it may be p. a, b, c: float32. Four float32 roundings per element, seven with `sigmoid`.
 */
// @ts-ignore: decorator
@inline
export function gradient(t: usize, p: usize, g: usize, n: usize, label: i32, a: f32, b: f32, c: f32, sigmoid: bool): void {
  const a_f32x4 = f32x4.splat(a);
  const half_f32x4 = f32x4.mul(a_f32x4, constant(HALF));
  const b_f32x4 = f32x4.splat(b);
  const c_f32x4 = f32x4.splat(c);
  const one = constant(ONE);
  const end = g + (n << 2);
  const quadsEnd = g + ((n & ~15) << 2);
  for (; g < quadsEnd; p += 64, g += 64) {
    const p0 = v128.load(p);
    const p1 = v128.load(p, 16);
    const p2 = v128.load(p, 32);
    const p3 = v128.load(p, 48);
    let g0: v128, g1: v128, g2: v128, g3: v128;
    if (label == FLOATS) {
      g0 = f32x4.mul(a_f32x4, v128.load(t));
      g1 = f32x4.mul(a_f32x4, v128.load(t, 16));
      g2 = f32x4.mul(a_f32x4, v128.load(t, 32));
      g3 = f32x4.mul(a_f32x4, v128.load(t, 48));
      t += 64;
    } else if (label == MINIMUM) {
      g0 = ofMinimum(p0, v128.load(t), half_f32x4);
      g1 = ofMinimum(p1, v128.load(t, 16), half_f32x4);
      g2 = ofMinimum(p2, v128.load(t, 32), half_f32x4);
      g3 = ofMinimum(p3, v128.load(t, 48), half_f32x4);
      t += 64;
    } else {
      const chosen = i8x16.eq(v128.load(t), i8x16.splat(<i8>label));
      const low = i16x8.extend_low_i8x16_s(chosen);
      const high = i16x8.extend_high_i8x16_s(chosen);
      g0 = v128.and(i32x4.extend_low_i16x8_s(low), a_f32x4);
      g1 = v128.and(i32x4.extend_high_i16x8_s(low), a_f32x4);
      g2 = v128.and(i32x4.extend_low_i16x8_s(high), a_f32x4);
      g3 = v128.and(i32x4.extend_high_i16x8_s(high), a_f32x4);
      t += 16;
    }
    g0 = f32x4.add(g0, f32x4.add(f32x4.mul(b_f32x4, p0), c_f32x4));
    g1 = f32x4.add(g1, f32x4.add(f32x4.mul(b_f32x4, p1), c_f32x4));
    g2 = f32x4.add(g2, f32x4.add(f32x4.mul(b_f32x4, p2), c_f32x4));
    g3 = f32x4.add(g3, f32x4.add(f32x4.mul(b_f32x4, p3), c_f32x4));
    if (sigmoid) {
      g0 = chained(g0, p0, one);
      g1 = chained(g1, p1, one);
      g2 = chained(g2, p2, one);
      g3 = chained(g3, p3, one);
    }
    v128.store(g, g0);
    v128.store(g, g1, 16);
    v128.store(g, g2, 32);
    v128.store(g, g3, 48);
  }
  for (; g < end; p += 4, g += 4) {
    const p_f32x4 = v128.load32_zero(p);
    let g_f32x4: v128;
    if (label >= 0) {
      g_f32x4 = i32(load<u8>(t++)) == label ? a_f32x4 : constant(ZERO);
    } else {
      const t_f32x4 = v128.load32_zero(t);
      g_f32x4 = label == MINIMUM ? ofMinimum(p_f32x4, t_f32x4, half_f32x4) : f32x4.mul(a_f32x4, t_f32x4);
      t += 4;
    }
    g_f32x4 = f32x4.add(g_f32x4, f32x4.add(f32x4.mul(b_f32x4, p_f32x4), c_f32x4));
    if (sigmoid) g_f32x4 = chained(g_f32x4, p_f32x4, one);
    v128.store_lane<f32>(g, g_f32x4, 0);
  }
}

/** a·∂min(p, t)/∂p from a / 2: the slope is 1 where p < t, 0 where p > t, ½ at a tie. */
// @ts-ignore: decorator
@inline
function ofMinimum(p_f32x4: v128, t_f32x4: v128, half_f32x4: v128): v128 {
  return f32x4.add(v128.and(f32x4.lt(p_f32x4, t_f32x4), half_f32x4), v128.and(f32x4.le(p_f32x4, t_f32x4), half_f32x4));
}

/** g·(p·(1 − p)) */
// @ts-ignore: decorator
@inline
function chained(g_f32x4: v128, p_f32x4: v128, one: v128): v128 {
  return f32x4.mul(g_f32x4, f32x4.mul(p_f32x4, f32x4.sub(one, p_f32x4)));
}
