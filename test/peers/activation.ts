// Activations that the library leaves to its caller, in float64, and the way back for gradients.

import type { Extent } from "./call.ts";
import type { Answer } from "./case.ts";

export interface Activated {
  readonly values: ArrayLike<number> & readonly number[];
  /** From a gradient by the values to one by the input. */
  back(gradient: ArrayLike<number>): ArrayLike<number>;
}

/** The answer by the input of an activation, from the answer by its values. */
export function through({ back }: Activated, answer: Answer): Answer {
  return answer.gradient ? { ...answer, gradient: back(answer.gradient) } : answer;
}

export function identity(input: readonly number[]): Activated {
  return { values: input, back: (gradient) => gradient };
}

export function tanh(input: readonly number[]): Activated {
  const values = input.map(Math.tanh);
  return { values, back: (gradient) => values.map((value, i) => gradient[i] * (1 - value * value)) };
}

export function sigmoid(input: readonly number[]): Activated {
  const values = input.map((x) => 1 / (1 + Math.exp(-x)));
  return { values, back: (gradient) => values.map((value, i) => gradient[i] * value * (1 - value)) };
}

export function softmax(input: readonly number[], extent: Extent): Activated {
  const powers = input.map(Math.exp);
  const totals = overClasses(powers, extent);
  const values = powers.map((power, i) => power / totals[i]);
  const back = (gradient: ArrayLike<number>) => {
    const shares = overClasses(
      values.map((value, i) => value * gradient[i]),
      extent,
    );
    return values.map((value, i) => value * (gradient[i] - shares[i]));
  };
  return { values, back };
}

/** A softmax over two classes or more as an option; that of one class, which is 1 and which the library refuses, taken here. */
export function softmaxOption(input: readonly number[], extent: Extent): Activated & { activation: "none" | "softmax" } {
  return extent[1] === 1 ? { ...softmax(input, extent), activation: "none" } : { ...identity(input), activation: "softmax" };
}

export function logSoftmax(input: readonly number[], extent: Extent): Activated {
  const { values: shares } = softmax(input, extent);
  const back = (gradient: ArrayLike<number>) => {
    const totals = overClasses(Array.from(gradient), extent);
    return shares.map((share, i) => gradient[i] - share * totals[i]);
  };
  return { values: shares.map(Math.log), back };
}

/** For each element the sum over the classes at its position. */
function overClasses(values: readonly number[], [, classes, positions]: Extent): number[] {
  return values.map((_, i) => {
    const first = i - (Math.floor(i / positions) % classes) * positions;
    let total = 0;
    for (let c = 0; c < classes; c++) total += values[first + c * positions];
    return total;
  });
}
