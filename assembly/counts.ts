// Exact counts of labels against labels.
import { LEFT_OUT } from "./operands";

/** Adds the four lanes into the u32 at `address`. */
// @ts-ignore: decorator
@inline
function addInto(address: usize, sum_i32x4: v128): void {
  const pairs = i32x4.add(sum_i32x4, v128.shuffle<i32>(sum_i32x4, sum_i32x4, 2, 3, 0, 1));
  store<u32>(address, load<u32>(address) + i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 1));
}

/**
 * out[0] += #(p = label and t = label), out[1] += #(p = label), out[2] += #(t = label), in u32.
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
  addInto(out, both_i32x4);
  addInto(out + 4, p_i32x4);
  addInto(out + 8, t_i32x4);
  for (; p < end; p++, t++) {
    const inP: u32 = u32(load<u8>(p) == <u8>label);
    const inT: u32 = u32(load<u8>(t) == <u8>label);
    store<u32>(out, load<u32>(out) + (inP & inT));
    store<u32>(out + 4, load<u32>(out + 4) + inP);
    store<u32>(out + 8, load<u32>(out + 8) + inT);
  }
}

/** sum + the sixteen bytes of counts. */
// @ts-ignore: decorator
@inline
function addBytes(sum_i32x4: v128, counts_u8x16: v128): v128 {
  return i32x4.add(sum_i32x4, i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(counts_u8x16)));
}

/**
 * The same for every label at once: out[3·label …] as above, in u32. p, t: n i32 labels, each a class or LEFT_OUT, which
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
