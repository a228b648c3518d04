// The variants of the Dice loss in plain JavaScript, each as the fastest shape of rivals.ts: four elements a turn, added
// as a tree, no branch in the loop. (With a branch, a random mask costs them five times as much.)

/** 1 − D with Σp² + Σt² below the line. */
export function squaredTree(p: Float32Array, t: Float32Array): number {
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
    prediction += a0 * a0 + a1 * a1 + (a2 * a2 + a3 * a3);
    target += b0 * b0 + b1 * b1 + (b2 * b2 + b3 * b3);
  }
  for (let i = fours; i < n; i++) {
    intersection += p[i] * t[i];
    prediction += p[i] * p[i];
    target += t[i] * t[i];
  }
  return 1 - (2 * intersection + 1) / (prediction + target + 1);
}

/** 1 − D with Σmin(p, t) = (Σp + Σt − Σ|p − t|) / 2 as the intersection: an absolute value has no branch, a minimum has. */
export function minimumTree(p: Float32Array, t: Float32Array): number {
  const n = p.length;
  const fours = n & ~3;
  let difference = 0;
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
    difference += Math.abs(a0 - b0) + Math.abs(a1 - b1) + (Math.abs(a2 - b2) + Math.abs(a3 - b3));
    prediction += a0 + a1 + (a2 + a3);
    target += b0 + b1 + (b2 + b3);
  }
  for (let i = fours; i < n; i++) {
    difference += Math.abs(p[i] - t[i]);
    prediction += p[i];
    target += t[i];
  }
  return 1 - (prediction + target - difference + 1) / (prediction + target + 1);
}

/** 1 − D of p ≥ 0.5, a comparison that V8 turns into a number without a branch. */
export function thresholdTree(p: Float32Array, t: Float32Array): number {
  const n = p.length;
  const fours = n & ~3;
  let intersection = 0;
  let prediction = 0;
  let target = 0;
  for (let i = 0; i < fours; i += 4) {
    const a0 = Number(p[i] >= 0.5);
    const b0 = t[i];
    const a1 = Number(p[i + 1] >= 0.5);
    const b1 = t[i + 1];
    const a2 = Number(p[i + 2] >= 0.5);
    const b2 = t[i + 2];
    const a3 = Number(p[i + 3] >= 0.5);
    const b3 = t[i + 3];
    intersection += a0 * b0 + a1 * b1 + (a2 * b2 + a3 * b3);
    prediction += a0 + a1 + (a2 + a3);
    target += b0 + b1 + (b2 + b3);
  }
  for (let i = fours; i < n; i++) {
    const a = Number(p[i] >= 0.5);
    intersection += a * t[i];
    prediction += a;
    target += t[i];
  }
  return 1 - (2 * intersection + 1) / (prediction + target + 1);
}

/** 1 − D against a mask of bytes. */
export function maskTree(p: Float32Array, t: Uint8Array): number {
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
  return 1 - (2 * intersection + 1) / (prediction + target + 1);
}
