// A job: its data, the right result, and the code that does it.
import type { Reading, Sums } from "./reference.ts";

/** What a job works on. */
export interface Data {
  /** 1 if there are no classes. */
  readonly classes: number;
  /** Whether the classes of a position are adjacent in memory. */
  readonly last?: boolean;
  readonly prediction: "probabilities" | "logits" | "labels";
  /** Whether logits are those of a confident network, confident also where it is wrong; else they are uniform. */
  readonly confident?: boolean;
  /** Floats, one for each element of the prediction; or labels, one for each position. */
  readonly target: "floats" | "labels";
  /** Whether both label maps are Int32Arrays; else labels are bytes. */
  readonly words?: boolean;
  /** Whether some positions of the target have the label 255 and are left out. */
  readonly ignored?: boolean;
  /** Whether a gradient is written. */
  readonly gradient?: boolean;
  /** Whether the cross-entropy of the labels is added. */
  readonly crossEntropy?: boolean;
  /** Whether the focal loss of the sigmoid is added, with γ = 2. */
  readonly focal?: boolean;
}

export interface Arrays {
  readonly prediction: Float32Array | Uint8Array | Int32Array;
  readonly target: Float32Array | Uint8Array | Int32Array;
  readonly gradient: Float32Array;
}

/** Does a job once. The types of the arrays follow from its data: each process sees one type only. */
export type Work = (prediction: never, target: never, gradient: Float32Array) => number;

export interface Job {
  readonly title: string;
  /** The bytes that an element must move: each operand read once per pass, each result written once. */
  readonly bytes: number;
  readonly counted: string;
  /** Whether it is measured at more lengths than the others, in more rounds. */
  readonly everyLength?: boolean;
  readonly data: Data;
  readonly reading: Reading;
  /** The right result, from the exact sums of each class. */
  value(sums: readonly Sums[]): number;
  /** Which function of this package does the job, and how, for that many positions. */
  readonly function: string;
  call(positions: number): Work;
  /**
   * The kernels that do it, as kernel-calls.mjs names them, and how often each runs per element; those that run only a
   * few times per block are left out.
   */
  readonly kernels: { readonly [name: string]: number };
  /** Plain JavaScript that does it. */
  readonly rivals: { readonly [name: string]: Work };
  /** Those of them that people usually write; the others are the best we could write. */
  readonly usual: readonly string[];
  /** The job that it is timed in turn with and set against, and what that is called. */
  readonly beside?: readonly [name: string, title: string];
}

/** Elements of the prediction at a length: as many as make up whole positions. */
export function elementsOf(data: Data, length: number): number {
  return data.prediction === "labels" ? length : data.classes * positionsOf(data, length);
}

/** The bytes of the arrays that a job reads and writes. */
export function workingSetOf(data: Data, length: number): number {
  const { prediction, target, words = false, gradient = false } = data;
  const elements = elementsOf(data, length);
  const ofLabels = positionsOf(data, length) * (words ? 4 : 1);
  const ofPrediction = prediction === "labels" ? ofLabels : 4 * elements;
  const ofTarget = prediction === "labels" || target === "labels" ? ofLabels : 4 * elements;
  return ofPrediction + ofTarget + (gradient ? 4 * elements : 0);
}

export function positionsOf({ classes, prediction }: Data, length: number): number {
  return prediction === "labels" ? length : Math.floor(length / classes);
}
