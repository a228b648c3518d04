// Exact counts of labels against labels.
import { LEFT_OUT } from "./operands";

/** Equal lanes of type T as −1. */
// @ts-ignore: decorator
@inline
function equal<T>(a: v128, b: v128): v128 {
  return sizeof<T>() == 1 ? i8x16.eq(a, b) : sizeof<T>() == 2 ? i16x8.eq(a, b) : i32x4.eq(a, b);
}

// @ts-ignore: decorator
@inline
function subtract<T>(a: v128, b: v128): v128 {
  return sizeof<T>() == 1 ? i8x16.sub(a, b) : sizeof<T>() == 2 ? i16x8.sub(a, b) : i32x4.sub(a, b);
}

// @ts-ignore: decorator
@inline
function splat<T>(label: i32): v128 {
  return sizeof<T>() == 1 ? i8x16.splat(<i8>label) : sizeof<T>() == 2 ? i16x8.splat(<i16>label) : i32x4.splat(label);
}

/** The lanes of counts, unsigned and below 256 each, as four i32 added to sum. */
// @ts-ignore: decorator
@inline
function addLanes<T>(sum_i32x4: v128, counts: v128): v128 {
  const halves = sizeof<T>() == 1 ? i16x8.extadd_pairwise_i8x16_u(counts) : counts;
  return i32x4.add(sum_i32x4, sizeof<T>() == 4 ? counts : i32x4.extadd_pairwise_i16x8_u(halves));
}

// @ts-ignore: decorator
@inline
function addInto(address: usize, sum_i32x4: v128): void {
  const pairs = i32x4.add(sum_i32x4, v128.shuffle<i32>(sum_i32x4, sum_i32x4, 2, 3, 0, 1));
  store<u32>(address, load<u32>(address) + i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 1));
}

/**
 * out[0] += #(p = label and t = label), out[1] += #(p = label), out[2] += #(t = label), in u32.
 * p, t: n integers of type T, any alignment, not read past the end; n < 2³². Counts of lanes are gathered every 255 steps,
 * before a byte can overflow. Exact.
 */
// @ts-ignore: decorator
@inline
export function count<T>(p: usize, t: usize, n: usize, label: i32, out: usize): void {
  const end = p + n * sizeof<T>();
  const vectorsEnd = p + ((n * sizeof<T>()) & ~15);
  const label_v = splat<T>(label);
  const zero = v128.xor(label_v, label_v);
  let both_i32x4 = zero;
  let p_i32x4 = zero;
  let t_i32x4 = zero;
  while (p < vectorsEnd) {
    const stop = min(p + 255 * 16, vectorsEnd);
    let both = zero;
    let ofP = zero;
    let ofT = zero;
    for (; p < stop; p += 16, t += 16) {
      const inP = equal<T>(v128.load(p), label_v);
      const inT = equal<T>(v128.load(t), label_v);
      both = subtract<T>(both, v128.and(inP, inT));
      ofP = subtract<T>(ofP, inP);
      ofT = subtract<T>(ofT, inT);
    }
    both_i32x4 = addLanes<T>(both_i32x4, both);
    p_i32x4 = addLanes<T>(p_i32x4, ofP);
    t_i32x4 = addLanes<T>(t_i32x4, ofT);
  }
  addInto(out, both_i32x4);
  addInto(out + 4, p_i32x4);
  addInto(out + 8, t_i32x4);
  for (; p < end; p += sizeof<T>(), t += sizeof<T>()) {
    const inP: u32 = u32(load<T>(p) == <T>label);
    const inT: u32 = u32(load<T>(t) == <T>label);
    store<u32>(out, load<u32>(out) + (inP & inT));
    store<u32>(out + 4, load<u32>(out + 4) + inP);
    store<u32>(out + 8, load<u32>(out + 8) + inT);
  }
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
