// Channels-last data is turned into planes, one for each class, and gradients are turned back: 4 × 4 transposes.

/** Stores the transpose of four rows: lane k of every row to `to + k·stride`, for k < lanes. */
// @ts-ignore: decorator
@inline
function transpose(r0: v128, r1: v128, r2: v128, r3: v128, to: usize, stride: usize, lanes: usize): void {
  const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  v128.store(to, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
  if (lanes > 1) v128.store(to + stride, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7));
  if (lanes > 2) {
    const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
    const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
    v128.store(to + 2 * stride, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5));
    if (lanes > 3) v128.store(to + 3 * stride, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7));
  }
}

/**
 * planes[c·stride + i] = source[i·classes + c], for n positions of `classes` float32 each.
 * stride in bytes. Positions are read up to the next multiple of 4, and 3 elements beyond; planes overwritten as far.
 */
// @ts-ignore: decorator
@inline
export function split(source: usize, classes: usize, n: usize, planes: usize, stride: usize): void {
  const row = classes << 2;
  for (let i: usize = 0; i < n; i += 4, source += 4 * row, planes += 16) {
    for (let c: usize = 0; c < classes; c += 4) {
      const from = source + (c << 2);
      transpose(v128.load(from), v128.load(from + row), v128.load(from + 2 * row), v128.load(from + 3 * row), planes + c * stride, stride, classes - c);
    }
  }
}

/**
 * target[i·classes + c] = planes[c·stride + i], the inverse of `split`.
 * Planes are read up to the next multiple of 4 positions, and those of up to 3 classes beyond the last; target is
 * overwritten as far, and up to 3 elements more. Class groups go downwards, so that a group's surplus is overwritten by the next row.
 */
// @ts-ignore: decorator
@inline
export function join(planes: usize, stride: usize, classes: usize, n: usize, target: usize): void {
  const row = classes << 2;
  for (let i: usize = 0; i < n; i += 4, planes += 16, target += 4 * row) {
    for (let c: isize = <isize>((classes - 1) & ~3); c >= 0; c -= 4) {
      const from = planes + <usize>c * stride;
      transpose(v128.load(from), v128.load(from + stride), v128.load(from + 2 * stride), v128.load(from + 3 * stride), target + (<usize>c << 2), row, 4);
    }
  }
}

/** labels[i] = the class whose plane is largest at i, the lowest of equals; −1 where any is NaN. n up to the next multiple of 4. */
// @ts-ignore: decorator
@inline
export function argmax(planes: usize, stride: usize, classes: usize, n: usize, labels: usize): void {
  const end = labels + (n << 2);
  for (; labels < end; labels += 16, planes += 16) {
    let most_f32x4 = v128.load(planes);
    let label_i32x4 = i32x4.splat(0);
    let nan = f32x4.ne(most_f32x4, most_f32x4);
    for (let c: usize = 1; c < classes; c++) {
      const p_f32x4 = v128.load(planes + c * stride);
      const more = f32x4.gt(p_f32x4, most_f32x4);
      nan = v128.or(nan, f32x4.ne(p_f32x4, p_f32x4));
      most_f32x4 = v128.bitselect(p_f32x4, most_f32x4, more);
      label_i32x4 = v128.bitselect(i32x4.splat(<i32>c), label_i32x4, more);
    }
    v128.store(labels, v128.or(label_i32x4, nan));
  }
}
