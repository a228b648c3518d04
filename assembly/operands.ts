// What turns operands into the blocks of float32 and of labels that the other kernels read. All work in steps of four
// elements; unless said otherwise source and block are used, and the block written, up to the next multiple of 4.

import { constant, HALF, ONE } from "./lanes";

/** The mark of a position that is left out, in place of its label. */
export const LEFT_OUT: i32 = -1;

/** Four bytes as i32 lanes. */
// @ts-ignore: decorator
@inline
function lanesOfBytes(source: usize): v128 {
  return i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(source)));
}

/**
 * labels[i] = source[i] as i32, or LEFT_OUT where `ignoring` is −1 and source[i] = ignored.
 * Returns whether a label that is not left out is more than `most`, both unsigned: negative ones are, as they are 2³¹ and more.
 * source: n integers of `size` bytes each, not read past the end; `sign` is how many bits above theirs an i32 has where they
 * are signed, else 0. labels: overwritten, up to 3 beyond n. Exact.
 */
// @ts-ignore: decorator
@inline
export function widen(source: usize, labels: usize, n: usize, size: usize, sign: i32, ignoring: i32, ignored: i32, most: u32): bool {
  const end = source + n * size;
  const ignoring_i32x4 = i32x4.splat(ignoring);
  const ignored_i32x4 = i32x4.splat(ignored);
  let largest_u32x4 = i32x4.splat(0);
  while (source < end) {
    const step: usize = source + 4 * size <= end ? 4 : 1;
    let bits_i32x4: v128;
    if (step == 1) bits_i32x4 = i32x4.splat(size == 1 ? load<u8>(source) : size == 2 ? load<u16>(source) : load<i32>(source));
    else bits_i32x4 = size == 1 ? lanesOfBytes(source) : size == 2 ? v128.load16x4_u(source) : v128.load(source);
    const label_i32x4 = i32x4.shr_s(i32x4.shl(bits_i32x4, sign), sign);
    const out_i32x4 = v128.and(i32x4.eq(label_i32x4, ignored_i32x4), ignoring_i32x4);
    largest_u32x4 = i32x4.max_u(largest_u32x4, v128.andnot(label_i32x4, out_i32x4));
    v128.store(labels, v128.or(label_i32x4, out_i32x4));
    source += step * size;
    labels += step << 2;
  }
  return v128.any_true(i32x4.gt_u(largest_u32x4, i32x4.splat(most)));
}

/**
 * block[i] = 1 where source[i] = label, else 0. Returns whether a byte is more than `most`, so that labels that are none show.
 * source: n bytes, not read past the end; block: n elements overwritten.
 */
// @ts-ignore: decorator
@inline
export function oneHotBytes(source: usize, label: i32, block: usize, n: usize, most: u32): bool {
  const end = source + n;
  const vectorsEnd = source + (n & ~15);
  const label_u8x16 = i8x16.splat(<i8>label);
  const one_f32x4 = constant(ONE);
  let largest_u8x16 = i8x16.splat(0);
  for (; source < vectorsEnd; source += 16, block += 64) {
    const v_u8x16 = v128.load(source);
    const equal = i8x16.eq(v_u8x16, label_u8x16);
    const low = i16x8.extend_low_i8x16_s(equal);
    const high = i16x8.extend_high_i8x16_s(equal);
    largest_u8x16 = i8x16.max_u(largest_u8x16, v_u8x16);
    v128.store(block, v128.and(i32x4.extend_low_i16x8_s(low), one_f32x4));
    v128.store(block, v128.and(i32x4.extend_high_i16x8_s(low), one_f32x4), 16);
    v128.store(block, v128.and(i32x4.extend_low_i16x8_s(high), one_f32x4), 32);
    v128.store(block, v128.and(i32x4.extend_high_i16x8_s(high), one_f32x4), 48);
  }
  for (; source < end; source++, block += 4) {
    const v_u8x16 = v128.load8_splat(source);
    largest_u8x16 = i8x16.max_u(largest_u8x16, v_u8x16);
    store<f32>(block, <f32>u32(load<u8>(source) == <u8>label));
  }
  return v128.any_true(i8x16.gt_u(largest_u8x16, i8x16.splat(<i8>most)));
}

/** labels[i] = LEFT_OUT where mask[i] = 0. mask: n bytes. */
// @ts-ignore: decorator
@inline
export function leaveOut(mask: usize, labels: usize, n: usize): void {
  const end = mask + n;
  for (; mask < end; mask += 4, labels += 16) {
    v128.store(labels, v128.or(v128.load(labels), i32x4.eq(lanesOfBytes(mask), i32x4.splat(0))));
  }
}

/** block[i] = 1 where labels[i] = label, else 0. */
// @ts-ignore: decorator
@inline
export function oneHot(labels: usize, label: i32, block: usize, n: usize): void {
  const end = block + (n << 2);
  const label_i32x4 = i32x4.splat(label);
  for (; block < end; block += 16, labels += 16) {
    v128.store(block, v128.and(i32x4.eq(v128.load(labels), label_i32x4), constant(ONE)));
  }
}

/** block[i] = 0 where labels[i] is LEFT_OUT, whatever source[i] is there; else source[i]. block may be source. */
// @ts-ignore: decorator
@inline
export function except(labels: usize, source: usize, block: usize, n: usize): void {
  const end = block + (n << 2);
  const out_i32x4 = i32x4.splat(LEFT_OUT);
  for (; block < end; block += 16, labels += 16, source += 16) {
    v128.store(block, v128.andnot(v128.load(source), i32x4.eq(v128.load(labels), out_i32x4)));
  }
}

/** block[i] = 1 where source[i] ≥ level, 0 where it is less, NaN where source[i] is NaN. block may be source. Exact. */
// @ts-ignore: decorator
@inline
export function threshold(source: usize, block: usize, n: usize, level: f32): void {
  const end = block + (n << 2);
  const level_f32x4 = f32x4.splat(level);
  for (; block < end; block += 16, source += 16) {
    const p_f32x4 = v128.load(source);
    const hard_f32x4 = v128.and(f32x4.ge(p_f32x4, level_f32x4), constant(ONE));
    v128.store(block, v128.or(hard_f32x4, f32x4.ne(p_f32x4, p_f32x4)));
  }
}

/** block[i] = ∂min(p[i], t[i])/∂p[i]: 1 where p < t, 0 where p > t, ½ at a tie. Exact. */
// @ts-ignore: decorator
@inline
export function minimumSlope(p: usize, t: usize, block: usize, n: usize): void {
  const end = block + (n << 2);
  for (; block < end; block += 16, p += 16, t += 16) {
    const p_f32x4 = v128.load(p);
    const t_f32x4 = v128.load(t);
    const half_f32x4 = constant(HALF);
    v128.store(block, f32x4.add(v128.and(f32x4.lt(p_f32x4, t_f32x4), half_f32x4), v128.and(f32x4.le(p_f32x4, t_f32x4), half_f32x4)));
  }
}
