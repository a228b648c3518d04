// Exact counts of labels against labels.
import { LEFT_OUT } from "./operands";

/** Positions of one turn of the kernels of bytes: the host counts the rest of a map. */
const TURN: i32 = 32;

/**
 * out[0..3] += #(p = label and t = label), out[4..7] += #(p = label), out[8..11] += #(t = label), each in four u32 that add up to it.
 * p, t: n bytes, n a multiple of TURN below 2³². Counts of lanes are gathered every 127 turns, before a byte overflows. Exact.
 */
// @ts-ignore: decorator
@inline
export function count(p: usize, t: usize, n: usize, label: i32, out: usize): void {
  const end = p + n;
  const label_u8x16 = i8x16.splat(<i8>label);
  const zero = v128.xor(label_u8x16, label_u8x16);
  while (p < end) {
    const stop = min(p + 127 * TURN, end);
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
    addBytes(addBytes(addBytes(out, both_u8x16), p_u8x16), t_u8x16);
  }
}

/**
 * The same of label 1 of two masks of 0 and 1, in one pass. Returns whether a byte is more than `most`, 0 or 1: the counts are then none.
 */
// @ts-ignore: decorator
@inline
export function countMasks(p: usize, t: usize, n: usize, most: i32, out: usize): bool {
  const end = p + n;
  const most_u8x16 = i8x16.splat(<i8>most);
  const zero = v128.xor(most_u8x16, most_u8x16);
  let bits = zero;
  while (p < end) {
    const stop = min(p + 127 * TURN, end);
    let both_u8x16 = zero;
    let p_u8x16 = zero;
    let t_u8x16 = zero;
    for (; p < stop; p += TURN, t += TURN) {
      const inP = v128.load(p);
      const inT = v128.load(t);
      const nextInP = v128.load(p, 16);
      const nextInT = v128.load(t, 16);
      both_u8x16 = i8x16.add(both_u8x16, i8x16.add(v128.and(inP, inT), v128.and(nextInP, nextInT)));
      p_u8x16 = i8x16.add(p_u8x16, i8x16.add(inP, nextInP));
      t_u8x16 = i8x16.add(t_u8x16, i8x16.add(inT, nextInT));
      bits = v128.or(bits, v128.or(v128.or(inP, inT), v128.or(nextInP, nextInT)));
    }
    addBytes(addBytes(addBytes(out, both_u8x16), p_u8x16), t_u8x16);
  }
  return v128.any_true(i8x16.gt_u(bits, most_u8x16));
}

/** out[0..3] += sixteen bytes of counts, summed by fours. Returns where the next are. Not inlined: it is rare, and six times there. */
function addBytes(out: usize, counts_u8x16: v128): usize {
  v128.store(out, i32x4.add(v128.load(out), i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(counts_u8x16))));
  return out + 16;
}

// The tables of tallyBytes, each of 256 counters: all in windows of one label, and then twice #(t = label) as the lower and
// #(p = label and t = label) as the upper u32 of a u64, and #(p = label).
const OF_T: usize = 1024;
const OF_P: usize = OF_T + 2048;
const TWIN: usize = 3072;

/**
 * The same of every label at once, in the tables at out. p, t: n bytes, n a multiple of 8, read as windows of 8: one that holds one
 * label alone is one addition. Others go in turn to either twin of the tables, as what was just stored takes long to load.
 * A counter for each of the 256 values of a byte: none counts beside the tables. n < 2³². Exact.
 */
// @ts-ignore: decorator
@inline
export function tallyBytes(p: usize, t: usize, n: usize, out: usize): void {
  const end = p + n;
  while (p < end) {
    const window = load<u64>(p);
    const stop = p + 8;
    if (window == load<u64>(t) && rotl<u64>(window, 8) == window) {
      const at = out + (<usize>load<u8>(p) << 2);
      store<u32>(at, load<u32>(at) + 8);
      p += 8;
      t += 8;
      continue;
    }
    for (; p < stop; p += 2, t += 2) {
      tallyOne(load<u8>(p), load<u8>(t), out);
      tallyOne(load<u8>(p, 1), load<u8>(t, 1), out + TWIN);
    }
  }
}

// @ts-ignore: decorator
@inline
function tallyOne(inP: usize, inT: usize, tables: usize): void {
  const ofT = tables + (inT << 3);
  const ofP = tables + (inP << 2);
  store<u64>(ofT, load<u64>(ofT, OF_T) + ((u64(inP == inT) << 32) | 1), OF_T);
  store<u32>(ofP, load<u32>(ofP, OF_P) + 1, OF_P);
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
