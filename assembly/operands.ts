// Turns operands into the blocks of float32 and the byte labels that the other kernels read. Unless said otherwise,
// source is read and block written up to the next multiple of 4.

import { constant, ONE } from "./lanes";

/** Bytes that stand for no label: 254, a class of another page (as a u16 too); 255, a position left out. */
const ELSEWHERE: usize = memory.data<u8>([254, 0, 255]);
const LEFT_OUT: usize = ELSEWHERE + 2;

/**
 * Byte labels of a page of 254 classes: labels[i] = source[i] − first where that is 0 to 253, else ELSEWHERE. Where
 * source[i] is `ignored`, the bits of `mark` are set, which are those of LEFT_OUT or none. Returns whether a label other
 * than `ignored` exceeds `most`. All unsigned: negative labels are the largest. source: n integers of type T, at least 16
 * if bytes, else 8; labels: n bytes, overwritten. first: 0 for bytes, below 2¹⁶. Exact.
 */
// @ts-ignore: decorator
@inline
export function narrow<T>(source: usize, labels: usize, n: usize, first: i32, ignored: i32, mark: i32, most: u32): bool {
  const lanes: usize = sizeof<T>() == 1 ? 16 : 8;
  const last = n - lanes;
  let largest = v128.splat<T>(0);
  for (let i: usize = 0; ; i = min(i + lanes, last)) {
    const from = source + i * sizeof<T>();
    let label = v128.load(from);
    let out = v128.eq<T>(label, v128.splat<T>(<T>ignored));
    largest = v128.max<T>(largest, v128.andnot(label, out));
    if (sizeof<T>() > 1) label = v128.sub<T>(label, v128.splat<T>(<T>first));
    if (sizeof<T>() > 2) {
      const next = v128.load(from, 16);
      const nextOut = v128.eq<T>(next, v128.splat<T>(<T>ignored));
      largest = v128.max<T>(largest, v128.andnot(next, nextOut));
      label = i16x8.narrow_i32x4_s(label, v128.sub<T>(next, v128.splat<T>(<T>first)));
      out = i16x8.narrow_i32x4_s(out, nextOut);
    }
    if (sizeof<T>() == 1) v128.store(labels + i, marked<u8>(label, out, mark));
    else {
      const bytes = marked<u16>(label, out, mark);
      v128.store_lane<u64>(labels + i, i8x16.narrow_i16x8_u(bytes, bytes), 0);
    }
    if (i == last) break;
  }
  return v128.any_true(v128.gt<T>(largest, v128.splat<T>(<T>most)));
}

/** Labels of the page, ELSEWHERE for all others, with the bits of `mark` where `out` is set. */
// @ts-ignore: decorator
@inline
function marked<T>(label: v128, out: v128, mark: i32): v128 {
  return v128.or(v128.min<T>(label, v128.load_splat<T>(ELSEWHERE)), v128.and(out, v128.splat<T>(<T>mark)));
}

/**
 * block[i] = 1 where source[i] = label, else 0. Returns whether a byte exceeds `most`, to detect what is no label.
 * source: n bytes, not read past the end; block: n float32, overwritten.
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
    store<f32>(block, <f32>u32(i32(load<u8>(source)) == label));
  }
  return v128.any_true(i8x16.gt_u(largest_u8x16, i8x16.splat(<i8>most)));
}

/** labels[i] = LEFT_OUT where bytes[i] = value. Accessed up to the next multiple of 16. */
// @ts-ignore: decorator
@inline
export function leaveOut(bytes: usize, value: i32, labels: usize, n: usize): void {
  const value_u8x16 = i8x16.splat(<i8>value);
  const end = labels + n;
  do {
    v128.store(labels, v128.or(v128.load(labels), i8x16.eq(v128.load(bytes), value_u8x16)));
    labels += 16;
    bytes += 16;
  } while (labels < end);
}

/** block[i] = 0 where labels[i] is LEFT_OUT, whatever source[i] is, else source[i]. labels: bytes; block may be source. */
// @ts-ignore: decorator
@inline
export function except(labels: usize, source: usize, block: usize, n: usize): void {
  const end = labels + n;
  const out_u8x16 = v128.load8_splat(LEFT_OUT);
  do {
    const out = i8x16.eq(v128.load32_zero(labels), out_u8x16);
    v128.store(block, v128.andnot(v128.load(source), i32x4.extend_low_i16x8_s(i16x8.extend_low_i8x16_s(out))));
    labels += 4;
    source += 16;
    block += 16;
  } while (labels < end);
}

/** block[i] = 1 where source[i] ≥ level, 0 where it is less, NaN where source[i] is NaN. block may be source. Exact. */
// @ts-ignore: decorator
@inline
export function threshold(source: usize, block: usize, n: usize, level: f32): void {
  const end = block + (n << 2);
  const level_f32x4 = f32x4.splat(level);
  const one = constant(ONE);
  do {
    const p_f32x4 = v128.load(source);
    const hard_f32x4 = v128.and(f32x4.ge(p_f32x4, level_f32x4), one);
    v128.store(block, v128.or(hard_f32x4, f32x4.ne(p_f32x4, p_f32x4)));
    source += 16;
    block += 16;
  } while (block < end);
}
