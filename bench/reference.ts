// What the right results are: float64 throughout, with Neumaier's compensation.

export interface Sums {
  readonly intersection: number;
  readonly prediction: number;
  readonly target: number;
}

/** How a job reads a position before it is summed. */
export interface Reading {
  readonly squared?: boolean;
  readonly minimum?: boolean;
  readonly threshold?: number;
}

/** A sum that keeps what rounding took from it. */
class Neumaier {
  private sum = 0;
  private lost = 0;

  add(value: number): void {
    const total = this.sum + value;
    this.lost += Math.abs(this.sum) >= Math.abs(value) ? this.sum - total + value : value - total + this.sum;
    this.sum = total;
  }

  get value(): number {
    return this.sum + this.lost;
  }
}

/** The three sums; the product of two float32 is exact in float64. */
export function exactSums(p: Float32Array, t: Float32Array, { squared = false, minimum = false, threshold }: Reading = {}): Sums {
  const intersection = new Neumaier();
  const prediction = new Neumaier();
  const target = new Neumaier();
  for (let i = 0; i < p.length; i++) {
    const a = threshold === undefined ? p[i] : Number(p[i] >= threshold);
    const b = t[i];
    intersection.add(minimum ? Math.min(a, b) : a * b);
    prediction.add(squared ? a * a : a);
    target.add(squared ? b * b : b);
  }
  return { intersection: intersection.value, prediction: prediction.value, target: target.value };
}

export const diceOf = ({ intersection, prediction, target }: Sums): number => (2 * intersection + 1) / (prediction + target + 1);

export const relativeError = (actual: number, expected: number): number => Math.abs(actual - expected) / Math.abs(expected);

/** The worst element of a gradient of 1 − D against d(1 − D)/dp = (D − 2t) / (P + T + 1), over the largest element. */
export function gradientError(gradient: Float32Array, t: Float32Array, sums: Sums): number {
  const below = sums.prediction + sums.target + 1;
  const dice = diceOf(sums);
  let worst = 0;
  let largest = 0;
  for (let i = 0; i < t.length; i++) {
    const expected = (dice - 2 * t[i]) / below;
    worst = Math.max(worst, Math.abs(gradient[i] - expected));
    largest = Math.max(largest, Math.abs(expected));
  }
  return worst / largest;
}
