// What the kernels share. Constants lie in memory: V8 loads one in less time, and the module in fewer bytes, than it makes
// one of a literal. Loops hold in variables what they use most: the others are loaded again in every turn.

export const ONE: usize = memory.data<f32>([1, 0, 0.5]);
export const ZERO: usize = ONE + 4;
export const HALF: usize = ONE + 8;

/** Four times the float32 at `address`. */
// @ts-ignore: decorator
@inline
export function constant(address: usize): v128 {
  return v128.load32_splat(address);
}

/** x held between `least` and `most`; NaN stays, as pmin and pmax keep it in the first. */
// @ts-ignore: decorator
@inline
export function held(x_f32x4: v128, most: v128, least: v128): v128 {
  return f32x4.pmax(f32x4.pmin(x_f32x4, most), least);
}

/** Both halves are the upper one. It takes 13 bytes less than the shuffle that does the same. */
// @ts-ignore: decorator
@inline
export function upperHalf(v: v128): v128 {
  return f64x2.splat(f64x2.extract_lane(v, 1));
}

/** sum + the four float32 lanes of v, widened to float64: lane 0 takes v0 + v2, lane 1 takes v1 + v3. */
// @ts-ignore: decorator
@inline
export function addWide(sum_f64x2: v128, v_f32x4: v128): v128 {
  return f64x2.add(sum_f64x2, f64x2.add(f64x2.promote_low_f32x4(v_f32x4), f64x2.promote_low_f32x4(upperHalf(v_f32x4))));
}
