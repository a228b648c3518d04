// Seeded data, so that every run, every row and the C yardstick see the same numbers.
import { type Arrays, type Data, elementsOf, positionsOf } from "./job.ts";

/** Mulberry32: 24 random bits per draw, which float32 holds exactly. yardstick.c has the same generator. */
export function uniform(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let x = Math.imul(seed ^ (seed >>> 15), seed | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 8) / 2 ** 24;
  };
}

export const PREDICTION_SEED = 1945;
export const TARGET_SEED = 1948;
/** Share of ones in a mask. */
const FOREGROUND = 0.25;
/** Logits lie between minus this and this. */
const LARGEST_LOGIT = 8;
/** Confident logits lie around this for the chosen class, and around minus this for all others. */
const CONFIDENT_LOGIT = 25;
/** The label of positions that are left out. */
export const IGNORED = 255;
/** The mean length of a run of one label, and how far a predicted label map is shifted against the target. */
const RUN = 16;
const SHIFT = 2;

export function fillProbabilities(array: Float32Array): Float32Array {
  const draw = uniform(PREDICTION_SEED);
  for (let i = 0; i < array.length; i++) array[i] = draw();
  return array;
}

export function fillMask<T extends Float32Array | Uint8Array>(array: T): T {
  const draw = uniform(TARGET_SEED);
  for (let i = 0; i < array.length; i++) array[i] = draw() < FOREGROUND ? 1 : 0;
  return array;
}

/** The data of a job at a length. */
export function makeArrays(data: Data, length: number): Arrays {
  return {
    prediction: predictionOf(data, length),
    target: targetOf(data, length),
    gradient: new Float32Array(data.gradient ? elementsOf(data, length) : 0),
  };
}

function predictionOf(data: Data, length: number): Arrays["prediction"] {
  if (data.prediction === "labels") return integersOf(data, labelMap(length, data.classes, SHIFT));
  const values = fillProbabilities(new Float32Array(elementsOf(data, length)));
  if (data.prediction === "logits") for (let i = 0; i < values.length; i++) values[i] = (2 * values[i] - 1) * LARGEST_LOGIT;
  if (data.confident) addConfidence(values, data);
  return values;
}

/** Moves logits, channels first, towards the label two positions on, or the class of a mask; every 64th of a mask is wrong. */
function addConfidence(logits: Float32Array, { classes }: Data): void {
  const positions = logits.length / classes;
  const chosen = classes === 1 ? fillMask(new Uint8Array(positions)) : labelMap(positions, classes, SHIFT);
  if (classes === 1) for (let i = 0; i < positions; i += 64) chosen[i] = 1 - chosen[i];
  for (let k = 0; k < logits.length; k++) {
    const c = classes === 1 ? 1 : Math.floor(k / positions);
    logits[k] += chosen[k % positions] === c ? CONFIDENT_LOGIT : -CONFIDENT_LOGIT;
  }
}

function targetOf(data: Data, length: number): Arrays["target"] {
  const { classes, last = false, prediction, target } = data;
  const positions = positionsOf(data, length);
  if (classes === 1) return fillMask(target === "labels" ? new Uint8Array(positions) : new Float32Array(positions));
  const labels = labelMap(positions, classes, 0);
  if (data.ignored) leaveOut(labels);
  return target === "labels" || prediction === "labels" ? integersOf(data, labels) : oneHot(labels, classes, last);
}

function integersOf({ words = false }: Data, labels: Uint8Array): Uint8Array | Int32Array {
  return words ? Int32Array.from(labels) : labels;
}

/** Marks runs of positions as ignored, one run in four. */
function leaveOut(labels: Uint8Array): void {
  const draw = uniform(IGNORED);
  let out = false;
  for (let i = 0; i < labels.length; i++) {
    if (draw() * RUN < 1) out = draw() < 0.25;
    if (out) labels[i] = IGNORED;
  }
}

/** Labels in runs, as in the rows of images, shifted by `start` positions. */
function labelMap(positions: number, classes: number, start: number): Uint8Array {
  const draw = uniform(TARGET_SEED);
  const labels = new Uint8Array(positions);
  let label = 0;
  for (let i = -start; i < positions; i++) {
    if (draw() * RUN < 1) label = Math.floor(draw() * classes);
    if (i >= 0) labels[i] = label;
  }
  return labels;
}

function oneHot(labels: Uint8Array, classes: number, last: boolean): Float32Array {
  const floats = new Float32Array(labels.length * classes);
  for (let i = 0; i < labels.length; i++) floats[last ? i * classes + labels[i] : labels[i] * labels.length + i] = 1;
  return floats;
}

/** How a prediction and a target are filled for the accuracy table. */
export interface Distribution {
  readonly name: string;
  prediction(i: number, n: number, random: number): number;
  target(i: number, n: number, random: number): number;
}

const same = (name: string, at: Distribution["prediction"]): Distribution => ({ name, prediction: at, target: at });

/** What running sums are known to fail on: equal terms, tiny terms beside large ones, sorted terms. */
export const DISTRIBUTIONS: readonly Distribution[] = [
  same("uniform", (_i, _n, random) => random),
  {
    name: "uniform, against a mask",
    prediction: (_i, _n, random) => random,
    target: (_i, _n, random) => (random < 0.25 ? 1 : 0),
  },
  same("all 0.1", () => 0.1),
  same("all 1/3", () => 1 / 3),
  same("all 0.7", () => 0.7),
  same("all 1", () => 1),
  { name: "all 0.1, against all 0.7", prediction: () => 0.1, target: () => 0.7 },
  same("1e-7 and 1 in turn", (i) => (i & 1 ? 1 : 1e-7)),
  same("1e-7, each 1000th 1", (i) => (i % 1000 === 0 ? 1 : 1e-7)),
  same("first half 1, then 1e-7", (i, n) => (i < n / 2 ? 1 : 1e-7)),
  same("sorted upwards", (i, n, random) => (i + random) / n),
  {
    name: "sorted, against each other",
    prediction: (i, n, random) => (i + random) / n,
    target: (i, n, random) => (n - i - random) / n,
  },
];

export function fill(array: Float32Array, at: Distribution["prediction"], seed: number): void {
  const draw = uniform(seed);
  for (let i = 0; i < array.length; i++) array[i] = at(i, array.length, draw());
}
