// Relative errors of the three sums in long arrays, of the kinds that running sums fail on. Runs in a process of its own.
import { overlap } from "dice-wasm";
import { serve } from "./child.ts";
import { DISTRIBUTIONS, fill, PREDICTION_SEED, TARGET_SEED } from "./data.ts";
import { dice } from "./jobs/regions.ts";
import { tiny } from "./print.ts";
import type { Accuracy, SumErrors } from "./record.ts";
import { exactSums, relativeError } from "./reference.ts";

const NONE = new Float32Array(0);

function measure(length: number): Accuracy {
  const p = new Float32Array(length);
  const t = new Float32Array(length);
  const rows = DISTRIBUTIONS.map(({ name, prediction, target }): SumErrors => {
    fill(p, prediction, PREDICTION_SEED);
    fill(t, target, TARGET_SEED);
    const [expected] = exactSums(dice, { prediction: p, target: t, gradient: NONE });
    const sums = overlap(p, t);
    const errors = {
      data: name,
      intersection: relativeError(sums.intersection[0], expected.intersection),
      prediction: relativeError(sums.prediction[0], expected.prediction),
      target: relativeError(sums.target[0], expected.target),
    };
    console.log(`  ${name.padEnd(28)} ${[errors.intersection, errors.prediction, errors.target].map(tiny).join("  ")}`);
    return errors;
  });
  return { length, rows };
}

serve(measure);
