// The rows of one length: every way of doing every job, on the same data.
import { allocate, diceCoefficient, diceLoss, valueAndGradient } from "dice-wasm";
import { fillMask, fillProbabilities } from "./data.ts";
import type { Job, Maker } from "./record.ts";
import { diceOf, exactSums, gradientError, type Reading, relativeError } from "./reference.ts";
import { diceFour, diceNaive, diceTree, diceTwo, gradientNaive, gradientTree } from "./rivals.ts";
import { maskTree, minimumTree, squaredTree, thresholdTree } from "./rivals-variants.ts";
import { changing } from "./timing.ts";

/** Those who work in JavaScript. */
export type JavaScript = Exclude<Maker, "C">;

export interface Candidate {
  readonly job: Job;
  readonly name: string;
  call(): number;
  /** Relative error of the result. */
  error(): number;
}

interface Arrays {
  readonly p: Float32Array;
  readonly t: Float32Array;
  readonly mask: Uint8Array;
  readonly g: Float32Array;
}

type Describe = (job: Job, name: string, call: () => number) => Candidate;

const SQUARED = { squared: true };
const MINIMUM = { intersection: "minimum" } as const;
const THRESHOLD = { threshold: 0.5 };
const READINGS: Partial<Record<Job, Reading>> = { squared: SQUARED, minimum: { minimum: true }, threshold: THRESHOLD };

const ROWS = { plain: plainRows, copied: packageRows, "zero-copy": residentRows };
export const MAKERS = Object.keys(ROWS) as readonly JavaScript[];

export function candidates(maker: JavaScript, n: number): readonly Candidate[] {
  const p = fillProbabilities(new Float32Array(n));
  const t = fillMask(new Float32Array(n));
  return ROWS[maker]({ p, t, mask: fillMask(new Uint8Array(n)), g: new Float32Array(n) });
}

function plainRows(arrays: Arrays): readonly Candidate[] {
  const here = changing(arrays);
  const row = describer(arrays);
  return [
    row("dice", "naive loop", () => diceNaive(here.p, here.t)),
    row("dice", "unrolled, 2 accumulators", () => diceTwo(here.p, here.t)),
    row("dice", "unrolled, 4 accumulators", () => diceFour(here.p, here.t)),
    row("dice", "unrolled, tree of 4", () => diceTree(here.p, here.t)),
    row("gradient", "two naive loops", () => gradientNaive(here.p, here.t, here.g)),
    row("gradient", "two unrolled loops", () => gradientTree(here.p, here.t, here.g)),
    row("squared", "unrolled, tree of 4", () => squaredTree(here.p, here.t)),
    row("minimum", "unrolled, tree of 4", () => minimumTree(here.p, here.t)),
    row("threshold", "unrolled, tree of 4", () => thresholdTree(here.p, here.t)),
    row("mask", "unrolled, tree of 4", () => maskTree(here.p, here.mask)),
  ];
}

function packageRows(arrays: Arrays): readonly Candidate[] {
  const here = changing(arrays);
  const row = describer(arrays);
  const into = { gradient: arrays.g };
  return [
    row("dice", "diceCoefficient", () => diceCoefficient(here.p, here.t)),
    row("gradient", "valueAndGradient", () => valueAndGradient(diceLoss, here.p, here.t, into).value),
    row("squared", "diceLoss", () => diceLoss(here.p, here.t, SQUARED)),
    row("minimum", "diceLoss", () => diceLoss(here.p, here.t, MINIMUM)),
    row("threshold", "diceLoss", () => diceLoss(here.p, here.t, THRESHOLD)),
    row("mask", "diceLoss", () => diceLoss(here.p, here.mask)),
  ];
}

/** The rows of the package, with the arrays in linear memory. */
function residentRows({ p, t, mask }: Arrays): readonly Candidate[] {
  const floats = allocate(p.length, { gradient: true });
  floats.prediction.set(p);
  floats.target.set(t);
  const bytes = allocate(p.length, { target: Uint8Array });
  bytes.prediction.set(p);
  bytes.target.set(mask);
  const onFloats = packageRows({ p: floats.prediction, t: floats.target, g: floats.gradient, mask });
  const onBytes = packageRows({ p: bytes.prediction, t, g: floats.gradient, mask: bytes.target });
  return [...onFloats.filter(({ job }) => job !== "mask"), ...onBytes.filter(({ job }) => job === "mask")];
}

/** Adds to each row its error against the reference. */
function describer({ p, t, g }: Arrays): Describe {
  const plain = exactSums(p, t);
  return (job, name, call) => ({
    job,
    name,
    call,
    error: () => {
      const reading = READINGS[job];
      const dice = diceOf(reading ? exactSums(p, t, reading) : plain);
      const value = relativeError(call(), job === "dice" ? dice : 1 - dice);
      return job === "gradient" ? Math.max(value, gradientError(g, t, plain)) : value;
    },
  });
}
