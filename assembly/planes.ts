// Transposes, which turn channels-last data into planes, one for each class, and gradients back; and argmax over planes.

/** The lower halves of both, in fewer bytes than the equivalent shuffle. */
// @ts-ignore: decorator
@inline
function lowHalves(a: v128, b: v128): v128 {
  return f64x2.replace_lane(a, 1, f64x2.extract_lane(b, 0));
}

/** The upper halves of both. */
// @ts-ignore: decorator
@inline
function highHalves(a: v128, b: v128): v128 {
  return f64x2.replace_lane(b, 0, f64x2.extract_lane(a, 1));
}

/** Stores the transpose of four rows: lane k of every row at `to + k·stride`, for k < lanes. */
// @ts-ignore: decorator
@inline
function transpose4(r0: v128, r1: v128, r2: v128, r3: v128, to: usize, stride: usize, lanes: usize): void {
  const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  v128.store(to, lowHalves(low01, low23));
  if (lanes > 1) v128.store(to + stride, highHalves(low01, low23));
  if (lanes > 2) {
    const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
    const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
    v128.store(to + 2 * stride, lowHalves(high01, high23));
    if (lanes > 3) v128.store(to + 3 * stride, highHalves(high01, high23));
  }
}

/**
 * target[j][i] = source[i][j] in float32, for i < rows and j < columns: positions × classes to planes, or back. The
 * strides, in bytes, are those of rows. Both axes are read up to the next multiple of 4; each row of the target is
 * written up to 3 elements past its end. Adjacent rows still come out whole, as the head of each is written after the
 * tail of the one before.
 */
// @ts-ignore: decorator
@inline
export function transpose(source: usize, sourceStride: usize, rows: usize, columns: usize, target: usize, targetStride: usize): void {
  const last = (rows - 1) & ~3;
  for (let j: usize = 0; j < columns; j += 4, source += 16, target += 4 * targetStride) {
    let from = source + last * sourceStride;
    for (let to = target + (last << 2); to >= target; to -= 16, from -= 4 * sourceStride) {
      const third = from + 2 * sourceStride;
      transpose4(v128.load(from), v128.load(from + sourceStride), v128.load(third), v128.load(third + sourceStride), to, targetStride, columns - j);
    }
  }
}

/**
 * Where a plane is larger than most[i]: most[i] = its value there, and labels[i] = its class, the lowest of equals. The
 * planes are those of the classes from `first` to `last`; most begins as −∞ and labels as 0, or both as they were left by
 * the classes before. Where any is NaN, all bits of labels[i] are set. most: n float32, labels: n integers of 32 bits,
 * accessed as the planes are up to the next multiple of 4.
 */
// @ts-ignore: decorator
@inline
export function argmax(planes: usize, stride: usize, first: i32, last: i32, n: usize, most: usize, labels: usize): void {
  const end = labels + (n << 2);
  do {
    let most_f32x4 = v128.load(most);
    let label_u32x4 = v128.load(labels);
    let plane = planes;
    for (let c = first; c <= last; c++) {
      const p_f32x4 = v128.load(plane);
      const more = f32x4.gt(p_f32x4, most_f32x4);
      most_f32x4 = f32x4.pmax(most_f32x4, p_f32x4);
      // classes rise, so of two labels the later is the larger
      label_u32x4 = i32x4.max_u(label_u32x4, v128.and(i32x4.splat(c), more));
      label_u32x4 = v128.or(label_u32x4, f32x4.ne(p_f32x4, p_f32x4));
      plane += stride;
    }
    v128.store(most, most_f32x4);
    v128.store(labels, label_u32x4);
    planes += 16;
    most += 16;
    labels += 16;
  } while (labels < end);
}
