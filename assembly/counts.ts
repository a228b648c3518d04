// Exact counts of labels against labels.

/** Bytes that these kernels take at a time: the host counts the rest of a map. */
const TURN: usize = 64;
/** Bytes of two vectors. */
const PAIR: usize = 32;

/** The lower four bits of a byte. */
const NIBBLE: usize = memory.data<u8>([0x0f]);

/**
 * out[0..3] += #(p = label and t = label), out[4..7] += #(p = label), out[8..11] += #(t = label), each as four u32 that
 * add up to it; out[12..23] likewise for label + 1.
 * p, t: n bytes, n a multiple of TURN below 2³², not 0; label ≤ 6. Exact: a table turns each label into two fields of
 * four bits, which are widened to bytes every 15 vectors, and these added to out every 255 vectors, before either can
 * overflow.
 */
// @ts-ignore: decorator
@inline
export function countTwo(p: usize, t: usize, n: usize, label: i32, out: usize): void {
  const end = p + n;
  const nibble = v128.load8_splat(NIBBLE);
  const zero = v128.xor(nibble, nibble);
  // 0 for any other byte: swizzle gives 0 beyond 15
  const fields = i64x2.replace_lane(zero, 0, i64(0x1001) << (label << 3));
  do {
    const stop = min(p + 255 * 16, end);
    let both_u8x16 = zero;
    let p_u8x16 = zero;
    let t_u8x16 = zero;
    let nextBoth_u8x16 = zero;
    let nextP_u8x16 = zero;
    let nextT_u8x16 = zero;
    do {
      const gathered = min(p + 15 * 16, stop);
      let both_u4x32 = zero;
      let p_u4x32 = zero;
      let t_u4x32 = zero;
      do {
        const inP = i8x16.swizzle(fields, v128.load(p));
        const inT = i8x16.swizzle(fields, v128.load(t));
        both_u4x32 = i8x16.add(both_u4x32, v128.and(inP, inT));
        p_u4x32 = i8x16.add(p_u4x32, inP);
        t_u4x32 = i8x16.add(t_u4x32, inT);
        p += 16;
        t += 16;
      } while (p < gathered);
      both_u8x16 = i8x16.add(both_u8x16, v128.and(both_u4x32, nibble));
      p_u8x16 = i8x16.add(p_u8x16, v128.and(p_u4x32, nibble));
      t_u8x16 = i8x16.add(t_u8x16, v128.and(t_u4x32, nibble));
      nextBoth_u8x16 = i8x16.add(nextBoth_u8x16, i8x16.shr_u(both_u4x32, 4));
      nextP_u8x16 = i8x16.add(nextP_u8x16, i8x16.shr_u(p_u4x32, 4));
      nextT_u8x16 = i8x16.add(nextT_u8x16, i8x16.shr_u(t_u4x32, 4));
    } while (p < stop);
    const next = addBytes(addBytes(addBytes(out, both_u8x16), p_u8x16), t_u8x16);
    addBytes(addBytes(addBytes(next, nextBoth_u8x16), nextP_u8x16), nextT_u8x16);
  } while (p < end);
}

/**
 * The same for label 1 alone, of two masks of 0 and 1, except that out[0..3] += #(p = 1 or t = 1): the OR of all bytes
 * also reveals any other than 0 and 1. Returns whether a byte exceeds `most`, 0 or 1; the counts are then meaningless.
 */
// @ts-ignore: decorator
@inline
export function countMasks(p: usize, t: usize, n: usize, most: u32, out: usize): bool {
  const end = p + n;
  const most_u8x16 = i8x16.splat(<i8>most);
  const zero = v128.xor(most_u8x16, most_u8x16);
  let bits = zero;
  do {
    const stop = min(p + 127 * PAIR, end);
    let either_u8x16 = zero;
    let p_u8x16 = zero;
    let t_u8x16 = zero;
    do {
      const inP = v128.load(p);
      const inT = v128.load(t);
      const nextInP = v128.load(p, 16);
      const nextInT = v128.load(t, 16);
      const either = v128.or(inP, inT);
      const nextEither = v128.or(nextInP, nextInT);
      either_u8x16 = i8x16.add(either_u8x16, i8x16.add(either, nextEither));
      p_u8x16 = i8x16.add(p_u8x16, i8x16.add(inP, nextInP));
      t_u8x16 = i8x16.add(t_u8x16, i8x16.add(inT, nextInT));
      bits = v128.or(bits, v128.or(either, nextEither));
      p += PAIR;
      t += PAIR;
    } while (p < stop);
    addBytes(addBytes(addBytes(out, either_u8x16), p_u8x16), t_u8x16);
  } while (p < end);
  return v128.any_true(i8x16.gt_u(bits, most_u8x16));
}

/**
 * out[0..3] += sixteen byte counts, summed in fours; returns the address after it. Not inlined: it runs rarely and has
 * many call sites.
 */
function addBytes(out: usize, counts_u8x16: v128): usize {
  v128.store(out, i32x4.add(v128.load(out), i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(counts_u8x16))));
  return out + 16;
}

// Two sets of tables for tallyBytes, of 256 counters each: a u64 with #(t = label) in its lower and #(p = label and
// t = label) in its upper half; then a u32 with #(p = label).
const OF_P: usize = 2048;
const TWIN: usize = 3072;

/** Sixteen bits; bit k says whether the labels at p + k and t + k are those of the position before. */
// @ts-ignore: decorator
@inline
function unchanged(p: usize, t: usize): u64 {
  const inP = i8x16.eq(v128.load(p), v128.load(p - 1));
  const inT = i8x16.eq(v128.load(t), v128.load(t - 1));
  return u64(i8x16.bitmask(v128.and(inP, inT)));
}

/**
 * The same for every label at once, in the tables at out. p, t: n bytes, n a multiple of TURN below 2³²; the byte before
 * each is read. Exact.
 * Neighbours mostly share a label, so runs are counted, not positions: a run ends where either label changes, however
 * many turns it lasts. Runs alternate between two sets of tables, since a counter just stored is slow to load again. Each
 * of the 256 byte values has a counter, so that nothing is written beside the tables.
 */
// @ts-ignore: decorator
@inline
export function tallyBytes(p: usize, t: usize, n: usize, out: usize): void {
  const end = p + n;
  let tables = out;
  let twin = out + TWIN;
  let start = p;
  for (;; p += TURN, t += TURN) {
    let changes: u64 = 1; // the last run ends with the maps
    if (p < end) {
      const low = unchanged(p, t) | (unchanged(p + 16, t + 16) << 16);
      const high = unchanged(p + 32, t + 32) | (unchanged(p + 48, t + 48) << 16);
      changes = ~(low | (high << 32));
    }
    while (changes) {
      const next = <usize>ctz(changes);
      tallyRun(load<u8>(p + next - 1), load<u8>(t + next - 1), u32(p + next - start), tables);
      changes &= changes - 1;
      start = p + next;
      const other = tables;
      tables = twin;
      twin = other;
    }
    if (p >= end) break;
  }
}

/** Counts `length` positions with the label inP in p and inT in t. */
// @ts-ignore: decorator
@inline
function tallyRun(inP: usize, inT: usize, length: u32, tables: usize): void {
  const ofT = tables + (inT << 3);
  const ofP = tables + (inP << 2);
  store<u64>(ofT, load<u64>(ofT) + (u64(inP == inT ? length : 0) << 32) + length);
  store<u32>(ofP, load<u32>(ofP, OF_P) + length, OF_P);
}
