// What the kernels share. Constants lie in memory, from which V8 loads them faster than it makes them of literals, and in
// fewer bytes of the module. Loops keep those they use most in variables, and load the others anew in every iteration.

export const ONE: usize = memory.data<f32>([1, 0, 0.5]);
export const ZERO: usize = ONE + 4;
export const HALF: usize = ONE + 8;

/** The float32 at `address`, in all four lanes. */
// @ts-ignore: decorator
@inline
export function constant(address: usize): v128 {
  return v128.load32_splat(address);
}

/** x clamped to `least` … `most`. NaN stays, as pmin and pmax keep one in their first operand. */
// @ts-ignore: decorator
@inline
export function clamp(x_f32x4: v128, most: v128, least: v128): v128 {
  return f32x4.pmax(f32x4.pmin(x_f32x4, most), least);
}

/** The upper half in both halves. 13 bytes shorter than the equivalent shuffle. */
// @ts-ignore: decorator
@inline
export function upperHalf(v: v128): v128 {
  return f64x2.splat(f64x2.extract_lane(v, 1));
}

/** sum plus the four float32 lanes of v, widened to float64: lane 0 adds v0 + v2, lane 1 adds v1 + v3. */
// @ts-ignore: decorator
@inline
export function addWide(sum_f64x2: v128, v_f32x4: v128): v128 {
  return f64x2.add(sum_f64x2, f64x2.add(f64x2.promote_low_f32x4(v_f32x4), f64x2.promote_low_f32x4(upperHalf(v_f32x4))));
}
