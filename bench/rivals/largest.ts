// Scores of the class with the largest logit, against labels, in plain JavaScript: the mean Dice coefficient of the classes
// present. Unlike the package, none checks the labels or the logits.
import type { Work } from "../job.ts";
import { meanOfMatrix } from "./labels.ts";
import { BRANCHES, type Choosing, compile, each } from "./text.ts";

/** Fills a confusion matrix of 4 × 4, row by row of the prediction. */
type Fill = (p: Float32Array, t: Uint8Array, matrix: Int32Array) => void;

const CLASSES = 4;

const scoreOf = (fill: Fill): Work => {
  const work = (p: Float32Array, t: Uint8Array): number => {
    const matrix = new Int32Array(CLASSES * CLASSES);
    fill(p, t, matrix);
    return meanOfMatrix(matrix, CLASSES);
  };
  return work as Work;
};

/** A loop over the classes: what people write. */
export const naive = scoreOf((p, t, matrix) => {
  const n = p.length / CLASSES;
  for (let i = 0; i < n; i++) {
    let largest = 0;
    for (let c = 1; c < CLASSES; c++) if (p[c * n + i] > p[largest * n + i]) largest = c;
    matrix[largest * CLASSES + t[i]]++;
  }
});

/** The four logits in variables, compared as a tree. */
export const unrolled = ({ either }: Choosing = BRANCHES): Work =>
  scoreOf(
    compile(`
      const n = p.length / ${CLASSES}, matrix = g;
      for (let i = 0; i < n; i++) {
        ${each(CLASSES, (c) => `const x${c} = p[${c} * n + i];`)}
        const low = Number(x1 > x0), high = Number(x3 > x2);
        const a = ${either("x1 > x0", "x1", "x0")}, b = ${either("x3 > x2", "x3", "x2")};
        matrix[${CLASSES} * (${either("b > a", "2 + high", "low")}) + t[i]]++;
      }`) as unknown as Fill,
  );
