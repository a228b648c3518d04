// Exact counts of labels against labels.

/** The kernels of bytes take whole turns: the host counts the rest of a map. */
const TURN: usize = 64;
/** Two vectors. */
const PAIR: usize = 32;

/**
 * out[0..3] += #(p = label and t = label), out[4..7] += #(p = label), out[8..11] += #(t = label), each in four u32 that add up to it.
 * p, t: n bytes, n a multiple of TURN below 2³². Counts of lanes are gathered every 127 pairs, before a byte overflows. Exact.
 */
// @ts-ignore: decorator
@inline
export function count(p: usize, t: usize, n: usize, label: i32, out: usize): void {
  const end = p + n;
  const label_u8x16 = i8x16.splat(<i8>label);
  const zero = v128.xor(label_u8x16, label_u8x16);
  while (p < end) {
    const stop = min(p + 127 * PAIR, end);
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
 * The same of label 1 of two masks of 0 and 1, in one pass, but out[0..3] += #(p = 1 or t = 1): `or` is what tells other bytes too.
 * Returns whether a byte is more than `most`, 0 or 1: the counts are then none.
 */
// @ts-ignore: decorator
@inline
export function countMasks(p: usize, t: usize, n: usize, most: i32, out: usize): bool {
  const end = p + n;
  const most_u8x16 = i8x16.splat(<i8>most);
  const zero = v128.xor(most_u8x16, most_u8x16);
  let bits = zero;
  while (p < end) {
    const stop = min(p + 127 * PAIR, end);
    let either_u8x16 = zero;
    let p_u8x16 = zero;
    let t_u8x16 = zero;
    for (; p < stop; p += PAIR, t += PAIR) {
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
    }
    addBytes(addBytes(addBytes(out, either_u8x16), p_u8x16), t_u8x16);
  }
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
 * Neighbours mostly have one label, so runs are counted, not positions. Runs go in turn to either twin of the tables, as what was
 * just stored takes long to load. A counter for each of the 256 values of a byte: none counts beside the tables. n < 2³². Exact.
 */
// @ts-ignore: decorator
@inline
export function tallyBytes(p: usize, t: usize, n: usize, out: usize): void {
  const end = p + n;
  for (; p < end; p += TURN, t += TURN) {
    const low = unchanged(p, t) | (unchanged(p + 16, t + 16) << 16);
    const high = unchanged(p + 32, t + 32) | (unchanged(p + 48, t + 48) << 16);
    let changes = ~(low | (high << 32)) | 1;
    let tables = out;
    let twin = out + TWIN;
    let start: u64 = 0;
    do {
      changes &= changes - 1;
      const next = ctz(changes);
      tallyRun(load<u8>(p + usize(start)), load<u8>(t + usize(start)), next - start, tables);
      start = next;
      const other = tables;
      tables = twin;
      twin = other;
    } while (changes);
  }
}

/** Counts a run of positions with one label in p and one in t. */
// @ts-ignore: decorator
@inline
function tallyRun(inP: usize, inT: usize, length: u64, tables: usize): void {
  const ofT = tables + (inT << 3);
  const ofP = tables + (inP << 2);
  store<u64>(ofT, load<u64>(ofT) + (inP == inT ? (length << 32) | length : length));
  store<u32>(ofP, load<u32>(ofP, OF_P) + u32(length), OF_P);
}
