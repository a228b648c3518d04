// Exact counts of labels against labels.

/** The kernels of bytes take whole turns: the host counts the rest of a map. */
const TURN: usize = 64;
/** Two vectors. */
const PAIR: usize = 32;

const NIBBLE: usize = memory.data<u8>([0x0f]);

/**
 * out[0..3] += #(p = label and t = label), out[4..7] += #(p = label), out[8..11] += #(t = label), each in four u32 that add up to it;
 * and out[12..23] the same of label + 1.
 * p, t: n bytes, n a multiple of TURN below 2³², not 0; label ≤ 6. Exact: a table turns labels into fields of four bits, which are
 * gathered every 15 vectors as bytes, and these every 255 vectors, both before one overflows.
 */
// @ts-ignore: decorator
@inline
export function countPair(p: usize, t: usize, n: usize, label: i32, out: usize): void {
  const end = p + n;
  const nibble = v128.load8_splat(NIBBLE);
  const zero = v128.xor(nibble, nibble);
  // 0 for any other byte: beyond 15, swizzle gives 0
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
 * The same of label 1 alone, of two masks of 0 and 1, but out[0..3] += #(p = 1 or t = 1): `or` is what tells other bytes too.
 * Returns whether a byte is more than `most`, 0 or 1: the counts are then none.
 */
// @ts-ignore: decorator
@inline
export function countMasks(p: usize, t: usize, n: usize, most: i32, out: usize): bool {
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

/** out[0..3] += sixteen bytes of counts, summed by fours. Returns where the next are. Not inlined: it is rare, and six times there. */
function addBytes(out: usize, counts_u8x16: v128): usize {
  v128.store(out, i32x4.add(v128.load(out), i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(counts_u8x16))));
  return out + 16;
}

// The tables of tallyBytes, each of 256 counters, twice: #(t = label) as the lower and #(p = label and t = label) as the upper
// u32 of a u64, then #(p = label).
const OF_P: usize = 2048;
const TWIN: usize = 3072;

/** Bit k of sixteen: whether the labels at p + k and at t + k are those of the position before. */
// @ts-ignore: decorator
@inline
function unchanged(p: usize, t: usize): u64 {
  const inP = i8x16.eq(v128.load(p), v128.load(p - 1));
  const inT = i8x16.eq(v128.load(t), v128.load(t - 1));
  return u64(i8x16.bitmask(v128.and(inP, inT)));
}

/**
 * The same of every label at once, in the tables at out. p, t: n bytes, n a multiple of TURN; the byte before each is read.
 * Neighbours mostly have one label, so runs are counted, not positions: a run ends where either label changes, however many turns it
 * has lasted. Runs alternate between two sets of tables, as a counter that was just stored is slow to load again. There is a
 * counter for each of the 256 values of a byte, so that none counts beside the tables. n < 2³². Exact.
 */
// @ts-ignore: decorator
@inline
export function tallyBytes(p: usize, t: usize, n: usize, out: usize): void {
  const end = p + n;
  let tables = out;
  let twin = out + TWIN;
  let start = p;
  for (;; p += TURN, t += TURN) {
    let changes: u64 = 1; // the last run ends where the maps do
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

/** Counts a run of positions with one label in p and one in t. */
// @ts-ignore: decorator
@inline
function tallyRun(inP: usize, inT: usize, length: u32, tables: usize): void {
  const ofT = tables + (inT << 3);
  const ofP = tables + (inP << 2);
  store<u64>(ofT, load<u64>(ofT) + (u64(inP == inT ? length : 0) << 32) + length);
  store<u32>(ofP, load<u32>(ofP, OF_P) + length, OF_P);
}
