// The sums behind every index, in one pass. There is one body, whose flags the exports in index.ts fix.
import { addWide, constant, upperHalf, ZERO } from "./lanes";

/** Elements of a quad: four vectors of p and four of t, each added as a tree. */
const QUAD: usize = 16;
/** Elements of the largest tile: quads added as a tree in float32, before float64 takes over. */
const TILE: usize = 128;

/** The share of four positions in the intersection. A NaN in t may drop out of the minimum; it stays in Σt. */
// @ts-ignore: decorator
@inline
function meet(p_f32x4: v128, t_f32x4: v128, minimum: bool): v128 {
  return minimum ? f32x4.pmin(p_f32x4, t_f32x4) : f32x4.mul(p_f32x4, t_f32x4);
}

/** The share of four positions in the sum of one side. */
// @ts-ignore: decorator
@inline
function size(v_f32x4: v128, squared: bool): v128 {
  return squared ? f32x4.mul(v_f32x4, v_f32x4) : v_f32x4;
}

/** (a + b) + (c + d) */
// @ts-ignore: decorator
@inline
function tree(a_f32x4: v128, b_f32x4: v128, c_f32x4: v128, d_f32x4: v128): v128 {
  return f32x4.add(f32x4.add(a_f32x4, b_f32x4), f32x4.add(c_f32x4, d_f32x4));
}

/**
 * out[0..1] += Σ p·t, or Σ min(p, t) with `minimum`; out[2..3] += Σ p, or Σ p² with `squared`; out[4..5] += Σ t, or Σ t².
 *
 * p, t: n float32 each, any alignment, never read past the end; p and t may be one array. out: pairs of float64, each
 * pair the even and the odd part of one sum; accumulated. Calls over consecutive pieces give the bits of one call over
 * the whole if every piece but the last is a multiple of 128 elements.
 *
 * Bound, for non-negative data: float32 rounds each product once and adds five deep within a tile of 128 elements (three
 * deep within 32 with `minimum`); all else is float64. So a sum is never off by more than 6·2⁻²⁴ = 3.6e-7 of itself,
 * whatever n, and equal values add exactly. To exceed 1e-7 nearly all roundings must go the same way. They do not for
 * uniform, sorted or constant data, nor for tiny values beside large ones. This needs the tree: a running sum of 64 does
 * exceed it. Products must not overflow float32: |p|, |t| < 2⁶⁰; products below 2⁻¹²⁶ lose bits.
 */
// @ts-ignore: decorator
@inline
export function sums(p: usize, t: usize, n: usize, out: usize, minimum: bool, squared: bool): void {
  const end = p + (n << 2);
  const quadsEnd = p + ((n & ~(QUAD - 1)) << 2);
  const tilesEnd = p + ((n & ~(TILE - 1)) << 2);
  // Bytes of p that one iteration adds inside the tiles: four quads, one (`minimum`) or two (`squared`). The first of two
  // iterations waits for the second; where a tile has more, the first two wait for the next two.
  const four = !minimum && !squared;
  const turn: usize = (four ? 4 : minimum ? 1 : 2) * (QUAD << 2);
  let pt_first = f32x4.splat(0);
  let p_first = f32x4.splat(0);
  let t_first = f32x4.splat(0);
  let pt_firstTwo = f32x4.splat(0);
  let p_firstTwo = f32x4.splat(0);
  let t_firstTwo = f32x4.splat(0);
  while (p < quadsEnd) {
    const p0 = v128.load(p);
    const t0 = v128.load(t);
    const p1 = v128.load(p, 16);
    const t1 = v128.load(t, 16);
    const p2 = v128.load(p, 32);
    const t2 = v128.load(t, 32);
    const p3 = v128.load(p, 48);
    const t3 = v128.load(t, 48);
    let pt_tile = tree(meet(p0, t0, minimum), meet(p1, t1, minimum), meet(p2, t2, minimum), meet(p3, t3, minimum));
    let p_tile = tree(size(p0, squared), size(p1, squared), size(p2, squared), size(p3, squared));
    let t_tile = tree(size(t0, squared), size(t1, squared), size(t2, squared), size(t3, squared));
    p += QUAD << 2;
    t += QUAD << 2;
    // Quads are spelled out because a function cannot return three vectors. The branch keeps engines from holding two
    // quads in registers at once, which would spill.
    if (!minimum && p < quadsEnd) {
      const p0 = v128.load(p);
      const t0 = v128.load(t);
      const p1 = v128.load(p, 16);
      const t1 = v128.load(t, 16);
      const p2 = v128.load(p, 32);
      const t2 = v128.load(t, 32);
      const p3 = v128.load(p, 48);
      const t3 = v128.load(t, 48);
      pt_tile = f32x4.add(pt_tile, tree(meet(p0, t0, minimum), meet(p1, t1, minimum), meet(p2, t2, minimum), meet(p3, t3, minimum)));
      p_tile = f32x4.add(p_tile, tree(size(p0, squared), size(p1, squared), size(p2, squared), size(p3, squared)));
      t_tile = f32x4.add(t_tile, tree(size(t0, squared), size(t1, squared), size(t2, squared), size(t3, squared)));
      p += QUAD << 2;
      t += QUAD << 2;
    }
    if (p <= tilesEnd) {
      if (four) {
        const p0 = v128.load(p);
        const t0 = v128.load(t);
        const p1 = v128.load(p, 16);
        const t1 = v128.load(t, 16);
        const p2 = v128.load(p, 32);
        const t2 = v128.load(t, 32);
        const p3 = v128.load(p, 48);
        const t3 = v128.load(t, 48);
        let pt_pair = tree(meet(p0, t0, minimum), meet(p1, t1, minimum), meet(p2, t2, minimum), meet(p3, t3, minimum));
        let p_pair = tree(p0, p1, p2, p3);
        let t_pair = tree(t0, t1, t2, t3);
        p += QUAD << 2;
        t += QUAD << 2;
        if (p < quadsEnd) {
          const p0 = v128.load(p);
          const t0 = v128.load(t);
          const p1 = v128.load(p, 16);
          const t1 = v128.load(t, 16);
          const p2 = v128.load(p, 32);
          const t2 = v128.load(t, 32);
          const p3 = v128.load(p, 48);
          const t3 = v128.load(t, 48);
          pt_pair = f32x4.add(pt_pair, tree(meet(p0, t0, minimum), meet(p1, t1, minimum), meet(p2, t2, minimum), meet(p3, t3, minimum)));
          p_pair = f32x4.add(p_pair, tree(p0, p1, p2, p3));
          t_pair = f32x4.add(t_pair, tree(t0, t1, t2, t3));
          p += QUAD << 2;
          t += QUAD << 2;
        }
        pt_tile = f32x4.add(pt_tile, pt_pair);
        p_tile = f32x4.add(p_tile, p_pair);
        t_tile = f32x4.add(t_tile, t_pair);
      }
      const left = tilesEnd - p;
      if (left & turn) {
        pt_first = pt_tile;
        p_first = p_tile;
        t_first = t_tile;
        continue;
      }
      pt_tile = f32x4.add(pt_first, pt_tile);
      p_tile = f32x4.add(p_first, p_tile);
      t_tile = f32x4.add(t_first, t_tile);
      if (squared) {
        if (left & (2 * turn)) {
          pt_firstTwo = pt_tile;
          p_firstTwo = p_tile;
          t_firstTwo = t_tile;
          continue;
        }
        pt_tile = f32x4.add(pt_firstTwo, pt_tile);
        p_tile = f32x4.add(p_firstTwo, p_tile);
        t_tile = f32x4.add(t_firstTwo, t_tile);
      }
    }
    addTile(out, pt_tile, p_tile, t_tile);
  }
  if (p < end) addRest(p, t, end, out, minimum, squared);
}

/** Adds those of a tile to the three sums. */
// @ts-ignore: decorator
@inline
function addTile(out: usize, pt_f32x4: v128, p_f32x4: v128, t_f32x4: v128): void {
  v128.store(out, addWide(v128.load(out), pt_f32x4));
  v128.store(out, addWide(v128.load(out, 16), p_f32x4), 16);
  v128.store(out, addWide(v128.load(out, 32), t_f32x4), 32);
}

/**
 * The last elements, fewer than a quad, go into float64 four at a time, then one. Not inlined: one copy serves all three
 * kernels.
 */
function addRest(p: usize, t: usize, end: usize, out: usize, minimum: bool, squared: bool): void {
  while (p < end) {
    let step: usize = 4;
    let p_f32x4 = v128.load32_zero(p);
    let t_f32x4 = v128.load32_zero(t);
    if (p + 16 <= end) {
      p_f32x4 = v128.load(p);
      t_f32x4 = v128.load(t);
      step = 16;
    }
    addTile(out, meet(p_f32x4, t_f32x4, minimum), size(p_f32x4, squared), size(t_f32x4, squared));
    p += step;
    t += step;
  }
}

/** Four vectors of p, 0 where the sixteen bytes of `chosen` are 0 and kept where they are −1, added as a tree. */
// @ts-ignore: decorator
@inline
function treeOfChosen(p: usize, chosen: v128): v128 {
  const low = i16x8.extend_low_i8x16_s(chosen);
  const high = i16x8.extend_high_i8x16_s(chosen);
  return tree(
    v128.and(v128.load(p), i32x4.extend_low_i16x8_s(low)),
    v128.and(v128.load(p, 16), i32x4.extend_high_i16x8_s(low)),
    v128.and(v128.load(p, 32), i32x4.extend_low_i16x8_s(high)),
    v128.and(v128.load(p, 48), i32x4.extend_high_i16x8_s(high)),
  );
}

/** A quad of p, added as a tree. */
// @ts-ignore: decorator
@inline
function treeAt(p: usize): v128 {
  return tree(v128.load(p), v128.load(p, 16), v128.load(p, 32), v128.load(p, 48));
}

/**
 * The same sums with t = 1 where the byte is `label`, else 0; of finite p to the bit. Returns whether a byte exceeds
 * `most` < 256. p: n float32, t: n bytes, n a multiple of 32 below 2³⁰, which may be 0; out as above. NaN and ∞ in p may
 * drop out of the intersection; they stay in Σp.
 */
// @ts-ignore: decorator
@inline
export function sumsOfBytes(p: usize, t: usize, n: usize, label: i32, out: usize, most: u32): bool {
  const end = p + (n << 2);
  const tilesEnd = p + ((n & ~(TILE - 1)) << 2);
  const turn: usize = (2 * QUAD) << 2; // bytes of p that one iteration adds
  const label_u8x16 = i8x16.splat(<i8>label);
  let largest_u8x16 = i8x16.splat(0);
  let count_u8x16 = i8x16.splat(0);
  let count_u32x4 = i32x4.splat(0);
  let pt_firstTwo = f32x4.splat(0);
  let p_firstTwo = f32x4.splat(0);
  let pt_firstFour = f32x4.splat(0);
  let p_firstFour = f32x4.splat(0);
  while (p < end) {
    const t_u8x16 = v128.load(t);
    const next_u8x16 = v128.load(t, 16);
    const chosen = i8x16.eq(t_u8x16, label_u8x16);
    const nextChosen = i8x16.eq(next_u8x16, label_u8x16);
    largest_u8x16 = i8x16.max_u(largest_u8x16, i8x16.max_u(t_u8x16, next_u8x16));
    count_u8x16 = i8x16.sub(count_u8x16, i8x16.add(chosen, nextChosen));
    let pt_tile = f32x4.add(treeOfChosen(p, chosen), treeOfChosen(p + (QUAD << 2), nextChosen));
    let p_tile = f32x4.add(treeAt(p), treeAt(p + (QUAD << 2)));
    p += turn;
    t += 2 * QUAD;
    if (p <= tilesEnd) {
      const left = tilesEnd - p;
      if (left & turn) {
        pt_firstTwo = pt_tile;
        p_firstTwo = p_tile;
        continue;
      }
      pt_tile = f32x4.add(pt_firstTwo, pt_tile);
      p_tile = f32x4.add(p_firstTwo, p_tile);
      if (left & (2 * turn)) {
        pt_firstFour = pt_tile;
        p_firstFour = p_tile;
        continue;
      }
      pt_tile = f32x4.add(pt_firstFour, pt_tile);
      p_tile = f32x4.add(p_firstFour, p_tile);
    }
    v128.store(out, addWide(v128.load(out), pt_tile));
    v128.store(out, addWide(v128.load(out, 16), p_tile), 16);
    count_u32x4 = i32x4.add(count_u32x4, i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(count_u8x16)));
    count_u8x16 = constant(ZERO);
  }
  const count_f64x2 = f64x2.convert_low_i32x4_u(i32x4.add(count_u32x4, upperHalf(count_u32x4)));
  v128.store(out, f64x2.add(v128.load(out, 32), count_f64x2), 32);
  return v128.any_true(i8x16.gt_u(largest_u8x16, i8x16.splat(<i8>most)));
}
