// Exact counts of labels against labels.
import { LEFT_OUT } from "./operands";

/**
 * out[0..3] += #(p = label and t = label), out[4..7] += #(p = label), out[8..11] += #(t = label), each in four u32 that add up to it.
 * p, t: n bytes, not read past the end; n < 2³². Counts of lanes are gathered every 255 steps, before a byte overflows. Exact.
 */
// @ts-ignore: decorator
@inline
export function count(p: usize, t: usize, n: usize, label: i32, out: usize): void {
  const end = p + n;
  const vectorsEnd = p + (n & ~15);
  const label_u8x16 = i8x16.splat(<i8>label);
  const zero = v128.xor(label_u8x16, label_u8x16);
  let both_i32x4 = zero;
  let p_i32x4 = zero;
  let t_i32x4 = zero;
  while (p < vectorsEnd) {
    const stop = min(p + 255 * 16, vectorsEnd);
    let both_u8x16 = zero;
    let p_u8x16 = zero;
    let t_u8x16 = zero;
    for (; p < stop; p += 16, t += 16) {
      const inP = i8x16.eq(v128.load(p), label_u8x16);
      const inT = i8x16.eq(v128.load(t), label_u8x16);
      both_u8x16 = i8x16.sub(both_u8x16, v128.and(inP, inT));
      p_u8x16 = i8x16.sub(p_u8x16, inP);
      t_u8x16 = i8x16.sub(t_u8x16, inT);
    }
    both_i32x4 = addBytes(both_i32x4, both_u8x16);
    p_i32x4 = addBytes(p_i32x4, p_u8x16);
    t_i32x4 = addBytes(t_i32x4, t_u8x16);
  }
  for (; p < end; p++, t++) {
    const inP = i32x4.replace_lane(zero, 0, i32(load<u8>(p) == <u8>label));
    const inT = i32x4.replace_lane(zero, 0, i32(load<u8>(t) == <u8>label));
    both_i32x4 = i32x4.add(both_i32x4, v128.and(inP, inT));
    p_i32x4 = i32x4.add(p_i32x4, inP);
    t_i32x4 = i32x4.add(t_i32x4, inT);
  }
  v128.store(out, i32x4.add(v128.load(out), both_i32x4));
  v128.store(out, i32x4.add(v128.load(out, 16), p_i32x4), 16);
  v128.store(out, i32x4.add(v128.load(out, 32), t_i32x4), 32);
}

/** sum + the sixteen bytes of counts. */
// @ts-ignore: decorator
@inline
function addBytes(sum_i32x4: v128, counts_u8x16: v128): v128 {
  return i32x4.add(sum_i32x4, i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(counts_u8x16)));
}

/**
 * The same for every label at once, one u32 each: out[3·label] of both, then of p, then of t. p, t: n i32 labels, each a class or LEFT_OUT, which
 * in t leaves the position out. n < 2³². Exact.
 */
// @ts-ignore: decorator
@inline
export function tally(p: usize, t: usize, n: usize, out: usize): void {
  const end = p + (n << 2);
  for (; p < end; p += 4, t += 4) {
    const inT = load<i32>(t);
    if (inT == LEFT_OUT) continue;
    const inP = load<i32>(p);
    const ofP = out + 12 * inP;
    const ofT = out + 12 * inT;
    store<u32>(ofP, load<u32>(ofP) + u32(inP == inT));
    store<u32>(ofP + 4, load<u32>(ofP + 4) + 1);
    store<u32>(ofT + 8, load<u32>(ofT + 8) + 1);
  }
}
