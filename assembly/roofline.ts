// What the machine can do, for the benchmark; not part of dice.wasm.

/**
 * Reads n bytes from `at` on, n a multiple of 256, and does next to nothing with them. It reads two halves at once, as
 * sums of two arrays do: memory delivers those faster than one stretch.
 */
export function read(at: usize, n: usize): i32 {
  const half = n >>> 1;
  const end = at + half;
  let a = i32x4.splat(0);
  let b = i32x4.splat(0);
  let c = i32x4.splat(0);
  let d = i32x4.splat(0);
  for (; at < end; at += 128) {
    a = v128.or(a, v128.or(v128.load(at), v128.load(at + half)));
    b = v128.or(b, v128.or(v128.load(at, 16), v128.load(at + half, 16)));
    c = v128.or(c, v128.or(v128.load(at, 32), v128.load(at + half, 32)));
    d = v128.or(d, v128.or(v128.load(at, 48), v128.load(at + half, 48)));
    a = v128.or(a, v128.or(v128.load(at, 64), v128.load(at + half, 64)));
    b = v128.or(b, v128.or(v128.load(at, 80), v128.load(at + half, 80)));
    c = v128.or(c, v128.or(v128.load(at, 96), v128.load(at + half, 96)));
    d = v128.or(d, v128.or(v128.load(at, 112), v128.load(at + half, 112)));
  }
  return i32(v128.any_true(v128.or(v128.or(a, b), v128.or(c, d))));
}

/** x + v, as four float32 or as four integers. */
// @ts-ignore: decorator
@inline
function plus(x: v128, v: v128, float: bool): v128 {
  return float ? f32x4.add(x, v) : i32x4.add(x, v);
}

/**
 * 12 additions of v per turn, none of which depends on another of the same turn; returns their sum, so that none can be
 * left out.
 */
// @ts-ignore: decorator
@inline
function chains(turns: i32, v: v128, float: bool): v128 {
  let a = v;
  let b = v;
  let c = v;
  let d = v;
  let e = v;
  let f = v;
  let g = v;
  let h = v;
  let i = v;
  let j = v;
  let k = v;
  let l = v;
  for (; turns > 0; turns--) {
    a = plus(a, v, float);
    b = plus(b, v, float);
    c = plus(c, v, float);
    d = plus(d, v, float);
    e = plus(e, v, float);
    f = plus(f, v, float);
    g = plus(g, v, float);
    h = plus(h, v, float);
    i = plus(i, v, float);
    j = plus(j, v, float);
    k = plus(k, v, float);
    l = plus(l, v, float);
  }
  const first = plus(plus(plus(a, b, float), plus(c, d, float), float), plus(plus(e, f, float), plus(g, h, float), float), float);
  return plus(first, plus(plus(i, j, float), plus(k, l, float), float), float);
}

/** Additions of float32. */
export function add(turns: i32, value: f32): f32 {
  return f32x4.extract_lane(chains(turns, f32x4.splat(value), true), 0);
}

/** Additions of integers, for which processors have more units. */
export function operate(turns: i32, value: i32): i32 {
  return i32x4.extract_lane(chains(turns, i32x4.splat(value), false), 0);
}
