// The one gradient: every index depends on a prediction through its intersection, Σp and Σp² alone.

/**
 * g[i] = a·h[i] + (b·p[i] + c), where h is what the intersection grows by with p: the target, or a block of ∂min(p, t)/∂p.
 * h, p, g: n float32 elements each, any alignment, nothing used past the end; g overwritten, apart from h and p.
 * a, b, c: float32; four float32 roundings an element.
 */
// @ts-ignore: decorator
@inline
export function gradient(h: usize, p: usize, g: usize, n: usize, a: f32, b: f32, c: f32): void {
  const a_f32x4 = f32x4.splat(a);
  const b_f32x4 = f32x4.splat(b);
  const c_f32x4 = f32x4.splat(c);
  const end = g + (n << 2);
  const vectorsEnd = g + ((n & ~3) << 2);
  while (g < vectorsEnd) {
    v128.store(g, slope(v128.load(h), v128.load(p), a_f32x4, b_f32x4, c_f32x4));
    if (g + 48 <= vectorsEnd) {
      v128.store(g, slope(v128.load(h, 16), v128.load(p, 16), a_f32x4, b_f32x4, c_f32x4), 16);
      v128.store(g, slope(v128.load(h, 32), v128.load(p, 32), a_f32x4, b_f32x4, c_f32x4), 32);
      h += 32;
      p += 32;
      g += 32;
    }
    h += 16;
    p += 16;
    g += 16;
  }
  for (; g < end; h += 4, p += 4, g += 4) {
    v128.store_lane<f32>(g, slope(v128.load32_zero(h), v128.load32_zero(p), a_f32x4, b_f32x4, c_f32x4), 0);
  }
}

/** a·h + (b·p + c) */
// @ts-ignore: decorator
@inline
function slope(h_f32x4: v128, p_f32x4: v128, a_f32x4: v128, b_f32x4: v128, c_f32x4: v128): v128 {
  return f32x4.add(f32x4.mul(a_f32x4, h_f32x4), f32x4.add(f32x4.mul(b_f32x4, p_f32x4), c_f32x4));
}
