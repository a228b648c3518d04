// The Dice coefficient and its gradient in plain JavaScript: the loop everyone writes, and the fastest we could write.
// All sum in float64 and take any length. Each is called with a single kind of array, which V8 optimises best.

/** The loop everyone writes. */
export function diceNaive(p: Float32Array, t: Float32Array): number {
  let intersection = 0;
  let prediction = 0;
  let target = 0;
  for (let i = 0; i < p.length; i++) {
    intersection += p[i] * t[i];
    prediction += p[i];
    target += t[i];
  }
  return (2 * intersection + 1) / (prediction + target + 1);
}

/** Two elements per iteration, two accumulators per sum. */
export function diceTwo(p: Float32Array, t: Float32Array): number {
  const n = p.length;
  const pairs = n & ~1;
  let i0 = 0;
  let i1 = 0;
  let p0 = 0;
  let p1 = 0;
  let t0 = 0;
  let t1 = 0;
  for (let i = 0; i < pairs; i += 2) {
    const a0 = p[i];
    const b0 = t[i];
    const a1 = p[i + 1];
    const b1 = t[i + 1];
    i0 += a0 * b0;
    p0 += a0;
    t0 += b0;
    i1 += a1 * b1;
    p1 += a1;
    t1 += b1;
  }
  if (pairs < n) {
    i0 += p[pairs] * t[pairs];
    p0 += p[pairs];
    t0 += t[pairs];
  }
  return (2 * (i0 + i1) + 1) / (p0 + p1 + (t0 + t1) + 1);
}

/** Four elements per iteration, four accumulators per sum. Twelve exceed the registers: slower than two per sum. */
export function diceFour(p: Float32Array, t: Float32Array): number {
  const n = p.length;
  const fours = n & ~3;
  let i0 = 0;
  let i1 = 0;
  let i2 = 0;
  let i3 = 0;
  let p0 = 0;
  let p1 = 0;
  let p2 = 0;
  let p3 = 0;
  let t0 = 0;
  let t1 = 0;
  let t2 = 0;
  let t3 = 0;
  for (let i = 0; i < fours; i += 4) {
    const a0 = p[i];
    const b0 = t[i];
    const a1 = p[i + 1];
    const b1 = t[i + 1];
    const a2 = p[i + 2];
    const b2 = t[i + 2];
    const a3 = p[i + 3];
    const b3 = t[i + 3];
    i0 += a0 * b0;
    p0 += a0;
    t0 += b0;
    i1 += a1 * b1;
    p1 += a1;
    t1 += b1;
    i2 += a2 * b2;
    p2 += a2;
    t2 += b2;
    i3 += a3 * b3;
    p3 += a3;
    t3 += b3;
  }
  for (let i = fours; i < n; i++) {
    i0 += p[i] * t[i];
    p0 += p[i];
    t0 += t[i];
  }
  return (2 * (i0 + i1 + (i2 + i3)) + 1) / (p0 + p1 + (p2 + p3) + (t0 + t1 + (t2 + t3)) + 1);
}

/** Four elements per iteration, added as a tree into one accumulator per sum: short chains and few registers. */
export function diceTree(p: Float32Array, t: Float32Array): number {
  const n = p.length;
  const fours = n & ~3;
  let intersection = 0;
  let prediction = 0;
  let target = 0;
  for (let i = 0; i < fours; i += 4) {
    const a0 = p[i];
    const b0 = t[i];
    const a1 = p[i + 1];
    const b1 = t[i + 1];
    const a2 = p[i + 2];
    const b2 = t[i + 2];
    const a3 = p[i + 3];
    const b3 = t[i + 3];
    intersection += a0 * b0 + a1 * b1 + (a2 * b2 + a3 * b3);
    prediction += a0 + a1 + (a2 + a3);
    target += b0 + b1 + (b2 + b3);
  }
  for (let i = fours; i < n; i++) {
    intersection += p[i] * t[i];
    prediction += p[i];
    target += t[i];
  }
  return (2 * intersection + 1) / (prediction + target + 1);
}

/** 1 − D, and its gradient into g: the two loops everyone writes. */
export function gradientNaive(p: Float32Array, t: Float32Array, g: Float32Array): number {
  let intersection = 0;
  let below = 1;
  for (let i = 0; i < p.length; i++) {
    intersection += p[i] * t[i];
    below += p[i] + t[i];
  }
  const dice = (2 * intersection + 1) / below;
  for (let i = 0; i < p.length; i++) g[i] = (dice - 2 * t[i]) / below;
  return 1 - dice;
}

/** The same with the sums as a tree, no division in the second loop, and four elements per iteration in both. */
export function gradientTree(p: Float32Array, t: Float32Array, g: Float32Array): number {
  const n = p.length;
  const fours = n & ~3;
  let intersection = 0;
  let prediction = 0;
  let target = 0;
  for (let i = 0; i < fours; i += 4) {
    const a0 = p[i];
    const b0 = t[i];
    const a1 = p[i + 1];
    const b1 = t[i + 1];
    const a2 = p[i + 2];
    const b2 = t[i + 2];
    const a3 = p[i + 3];
    const b3 = t[i + 3];
    intersection += a0 * b0 + a1 * b1 + (a2 * b2 + a3 * b3);
    prediction += a0 + a1 + (a2 + a3);
    target += b0 + b1 + (b2 + b3);
  }
  for (let i = fours; i < n; i++) {
    intersection += p[i] * t[i];
    prediction += p[i];
    target += t[i];
  }
  const below = prediction + target + 1;
  const dice = (2 * intersection + 1) / below;
  const slope = -2 / below;
  const constant = dice / below;
  for (let i = 0; i < fours; i += 4) {
    const b0 = t[i];
    const b1 = t[i + 1];
    const b2 = t[i + 2];
    const b3 = t[i + 3];
    g[i] = slope * b0 + constant;
    g[i + 1] = slope * b1 + constant;
    g[i + 2] = slope * b2 + constant;
    g[i + 3] = slope * b3 + constant;
  }
  for (let i = fours; i < n; i++) g[i] = slope * t[i] + constant;
  return 1 - dice;
}
