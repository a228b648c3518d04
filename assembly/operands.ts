// What turns an operand into the block of float32 that the sums read.

/** Four integers of type T as i32 lanes. */
// @ts-ignore: decorator
@inline
function lanesOf<T>(source: usize): v128 {
  if (sizeof<T>() == 1) return i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(source)));
  if (sizeof<T>() == 2) return v128.load16x4_u(source);
  return v128.load(source);
}

/**
 * block[i] = source[i] as float32, for a mask of n integers of type T. Returns whether any of them is not 0 or 1;
 * then the block is not to be used.
 * source: not read past the end; block: overwritten, up to 3 elements beyond n. Exact.
 */
// @ts-ignore: decorator
@inline
export function widen<T>(source: usize, block: usize, n: usize): bool {
  const end = source + n * sizeof<T>();
  let seen_i32x4 = i32x4.splat(0);
  while (source < end) {
    const four = source + 4 * sizeof<T>() <= end;
    const v_i32x4 = four ? lanesOf<T>(source) : i32x4.splat(<i32>load<T>(source));
    seen_i32x4 = v128.or(seen_i32x4, v_i32x4);
    v128.store(block, f32x4.convert_i32x4_s(v_i32x4));
    source += four ? 4 * sizeof<T>() : sizeof<T>();
    block += four ? 16 : 4;
  }
  return v128.any_true(i32x4.shr_u(seen_i32x4, 1));
}

/**
 * block[i] = 1 where source[i] ≥ level, 0 where it is less, NaN where source[i] is NaN.
 * source: n float32, any alignment; both are used up to the next multiple of 4 elements. block: overwritten. Exact.
 */
// @ts-ignore: decorator
@inline
export function threshold(source: usize, block: usize, n: usize, level: f32): void {
  const end = block + (n << 2);
  const level_f32x4 = f32x4.splat(level);
  while (block < end) {
    const p_f32x4 = v128.load(source);
    const hard_f32x4 = f32x4.convert_i32x4_s(i32x4.neg(f32x4.ge(p_f32x4, level_f32x4)));
    v128.store(block, v128.or(hard_f32x4, f32x4.ne(p_f32x4, p_f32x4)));
    source += 16;
    block += 16;
  }
}

/**
 * block[i] = ∂min(p[i], t[i])/∂p[i]: 1 where p < t, 0 where p > t, ½ at a tie.
 * p, t: n float32 each, any alignment; all are used up to the next multiple of 4 elements. block: overwritten. Exact.
 */
// @ts-ignore: decorator
@inline
export function minimumSlope(p: usize, t: usize, block: usize, n: usize): void {
  const end = block + (n << 2);
  while (block < end) {
    const p_f32x4 = v128.load(p);
    const t_f32x4 = v128.load(t);
    const twice_i32x4 = i32x4.neg(i32x4.add(f32x4.lt(p_f32x4, t_f32x4), f32x4.le(p_f32x4, t_f32x4)));
    v128.store(block, f32x4.mul(f32x4.convert_i32x4_s(twice_i32x4), f32x4.splat(0.5)));
    p += 16;
    t += 16;
    block += 16;
  }
}
