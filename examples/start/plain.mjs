// The Dice loss in plain JavaScript, which dice-wasm is checked and timed against.

/** Intersection, prediction and target, summed in float64. */
export function naiveSums(prediction, target) {
  let I = 0;
  let P = 0;
  let T = 0;
  for (let i = 0; i < prediction.length; i++) {
    I += prediction[i] * target[i];
    P += prediction[i];
    T += target[i];
  }
  return { I, P, T };
}

/** The same, four voxels at a time, in two chains of additions per sum, so that neither need wait for the other. */
export function unrolledSums(prediction, target) {
  let I0 = 0;
  let I1 = 0;
  let P0 = 0;
  let P1 = 0;
  let T0 = 0;
  let T1 = 0;
  const end = prediction.length & ~3;
  for (let i = 0; i < end; i += 4) {
    const p0 = prediction[i];
    const p1 = prediction[i + 1];
    const p2 = prediction[i + 2];
    const p3 = prediction[i + 3];
    const t0 = target[i];
    const t1 = target[i + 1];
    const t2 = target[i + 2];
    const t3 = target[i + 3];
    I0 += p0 * t0 + p2 * t2;
    I1 += p1 * t1 + p3 * t3;
    P0 += p0 + p2;
    P1 += p1 + p3;
    T0 += t0 + t2;
    T1 += t1 + t3;
  }
  const rest = naiveSums(prediction.subarray(end), target.subarray(end));
  return { I: I0 + I1 + rest.I, P: P0 + P1 + rest.P, T: T0 + T1 + rest.T };
}

export function dice({ I, P, T }, smooth = 1) {
  return (2 * I + smooth) / (P + T + smooth);
}

/** The loss, and its gradient written to an array: −2t/D + N/D². */
export function lossWithGradient(prediction, target, gradient) {
  const { I, P, T } = unrolledSums(prediction, target);
  const [N, D] = [2 * I + 1, P + T + 1];
  const slope = -2 / D;
  const constant = N / D ** 2;
  for (let i = 0; i < gradient.length; i++) gradient[i] = slope * target[i] + constant;
  return 1 - N / D;
}
