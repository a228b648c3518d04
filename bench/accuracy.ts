// Relative errors of all sums in long arrays, of the kinds that running sums fail on. Runs in a process of its own.
import { overlap } from "dice-wasm";
import { serve } from "./child.ts";
import { DISTRIBUTIONS, fill, PREDICTION_SEED, TARGET_SEED } from "./data.ts";
import { dice, minimum, squared } from "./jobs/regions.ts";
import { tiny } from "./print.ts";
import type { Accuracy, SumErrors } from "./record.ts";
import { exactSums, relativeError } from "./reference.ts";

const NONE = new Float32Array(0);
const SUMS = ["Σp·t", "Σp", "Σt", "Σp²", "Σt²", "Σmin(p, t)"];

function measure(length: number): Accuracy {
  const p = new Float32Array(length);
  const t = new Float32Array(length);
  const rows = DISTRIBUTIONS.map(({ name, prediction, target }): SumErrors => {
    fill(p, prediction, PREDICTION_SEED);
    fill(t, target, TARGET_SEED);
    const [values, squares, minima] = [dice, squared, minimum].map((job) => {
      return exactSums(job, { prediction: p, target: t, gradient: NONE })[0];
    });
    const exact = [
      values.intersection,
      values.prediction,
      values.target,
      squares.prediction,
      squares.target,
      minima.intersection,
    ];
    const sums = overlap(p, t);
    const taken = [sums.intersection, sums.prediction, sums.target, sums.predictionSquared, sums.targetSquared];
    const ours = [...taken, overlap(p, t, { intersection: "minimum" }).intersection].map(([sum]) => sum);
    const errors = ours.map((sum, k) => relativeError(sum, exact[k]));
    console.log(`  ${name.padEnd(28)} ${errors.map(tiny).join("  ")}`);
    return { data: name, errors };
  });
  return { length, sums: SUMS, rows };
}

serve(measure);
