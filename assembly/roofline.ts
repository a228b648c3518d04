// What the machine can give, for the benchmark: not a part of dice.wasm.

/**
 * Reads n bytes from `at` on, n a multiple of 256, and does next to nothing with them: two halves at once, as sums of two arrays do,
 * which memory gives faster than one.
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

/** 12 additions of four float32 a turn, of which none waits for another of its turn. */
export function add(turns: i32, value: f32): f32 {
  const v = f32x4.splat(value);
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
    a = f32x4.add(a, v);
    b = f32x4.add(b, v);
    c = f32x4.add(c, v);
    d = f32x4.add(d, v);
    e = f32x4.add(e, v);
    f = f32x4.add(f, v);
    g = f32x4.add(g, v);
    h = f32x4.add(h, v);
    i = f32x4.add(i, v);
    j = f32x4.add(j, v);
    k = f32x4.add(k, v);
    l = f32x4.add(l, v);
  }
  const ab = f32x4.add(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)), f32x4.add(f32x4.add(e, f), f32x4.add(g, h)));
  return f32x4.extract_lane(f32x4.add(ab, f32x4.add(f32x4.add(i, j), f32x4.add(k, l))), 0);
}

/** The same of integers, for which more units are there. */
export function operate(turns: i32, value: i32): i32 {
  const v = i32x4.splat(value);
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
    a = i32x4.add(a, v);
    b = i32x4.sub(b, v);
    c = i32x4.add(c, v);
    d = i32x4.sub(d, v);
    e = i32x4.add(e, v);
    f = i32x4.sub(f, v);
    g = i32x4.add(g, v);
    h = i32x4.sub(h, v);
    i = i32x4.add(i, v);
    j = i32x4.sub(j, v);
    k = i32x4.add(k, v);
    l = i32x4.sub(l, v);
  }
  const ab = i32x4.add(i32x4.add(i32x4.add(a, b), i32x4.add(c, d)), i32x4.add(i32x4.add(e, f), i32x4.add(g, h)));
  return i32x4.extract_lane(i32x4.add(ab, i32x4.add(i32x4.add(i, j), i32x4.add(k, l))), 0);
}
