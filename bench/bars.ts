// The project's performance bars, judged by what was measured.

import { workingSetOf } from "./job.ts";
import { JOBS, type JobName } from "./jobs/index.ts";
import { fixed, lengthText, percent, times, tiny } from "./print.ts";
import type { Maker, Results, RowRecord } from "./record.ts";
import { speedup } from "./timing.ts";

export type Measured = Pick<Results, "rows"> & Partial<Results>;

export interface Verdict {
  readonly bar: string;
  readonly asked: string;
  readonly measured: string;
  /** Undefined if it was not measured. */
  readonly met: boolean | undefined;
  /** What is below the bar, where many are judged together. */
  readonly below?: readonly string[];
}

const Ki = 1024;
const Mi = 1024 * Ki;
/** Bytes of a working set from which on it comes from memory: those of 16 Mi elements of two arrays of floats. */
const FROM_MEMORY = 128 * Mi;
const C_NAMES = { SSE: "C SSE", AVX2: "C AVX2", "AVX-512": "C native (AVX-512)" } as const;

/** The rows of a job and a maker in a range of lengths. */
function select(rows: readonly RowRecord[], job: JobName, maker: Maker, from: number, to: number): readonly RowRecord[] {
  return rows.filter((row) => row.job === job && row.maker === maker && row.length >= from && row.length <= to);
}

/** The worst of the values, against the least that is asked. */
export function atLeast(bar: string, asked: number, values: readonly number[]): Verdict {
  const worst = Math.min(...values);
  const met = values.length === 0 ? undefined : worst >= asked;
  return { bar, asked: `≥ ${asked}×`, measured: met === undefined ? "not measured" : times(worst), met };
}

function atMost(bar: string, asked: number, value: number | null | undefined, text: (value: number) => string): Verdict {
  const met = value === undefined ? undefined : value !== null && value <= asked;
  const measured = value === undefined ? "not measured" : value === null ? "never" : text(value);
  return { bar, asked: `≤ ${text(asked)}`, measured, met };
}

/** How zero-copy compares with a yardstick. */
function against(rows: readonly RowRecord[], name: string, from: number, to: number): readonly number[] {
  return select(rows, "dice", "zero-copy", from, to).flatMap((row) => versus(rows, row, name) ?? []);
}

/** How a maker compares with the best of the loops people write. */
function againstUsual(rows: readonly RowRecord[], job: JobName, maker: Maker, from: number, to: number): readonly number[] {
  return select(rows, job, maker, from, to).map((row) =>
    Math.min(...JOBS[job].usual.flatMap((name) => versus(rows, row, name) ?? [])),
  );
}

/** How a maker compares with itself at the job that this one is set against. */
function besides(rows: readonly RowRecord[], job: JobName, maker: Maker, from: number, to: number): readonly number[] {
  return select(rows, job, maker, from, to).flatMap(({ beside }) => beside ?? []);
}

/** How many times as fast a row is as the row of another name at the same length. */
export function versus(rows: readonly RowRecord[], row: RowRecord, name: string): number | undefined {
  const other = rows.find(({ length, name: by, job }) => length === row.length && by === name && job === row.job);
  return other && speedup(row, other);
}

export function judge(measured: Measured): readonly Verdict[] {
  return [...ofDice(measured.rows), ...ofFamily(measured.rows), ...ofTheRest(measured), ...ofGrowth(measured)];
}

function ofDice(rows: readonly RowRecord[]): readonly Verdict[] {
  const ratios = (job: JobName, maker: Maker, from: number, to: number): readonly number[] =>
    select(rows, job, maker, from, to).map(({ ratio }) => ratio);
  return [
    atLeast("zero-copy, 4 Ki to 256 Ki: against the best plain JS", 9, ratios("dice", "zero-copy", 4 * Ki, 256 * Ki)),
    atLeast(
      "… against naive and unrolled with 2 or 4 accumulators",
      9,
      againstUsual(rows, "dice", "zero-copy", 4 * Ki, 256 * Ki),
    ),
    atLeast("zero-copy, 4 Ki to 256 Ki: against C SSE", 1.2, against(rows, C_NAMES.SSE, 4 * Ki, 256 * Ki)),
    atLeast("zero-copy, 4 Ki to 256 Ki: against C AVX2", 0.75, against(rows, C_NAMES.AVX2, 4 * Ki, 256 * Ki)),
    atLeast("zero-copy, 16 Mi and more: against the best plain JS", 4.5, ratios("dice", "zero-copy", 16 * Mi, Infinity)),
    atLeast("zero-copy, 16 Mi and more: against C AVX-512", 0.95, against(rows, C_NAMES["AVX-512"], 16 * Mi, Infinity)),
    atLeast("copied, 4 Ki to 64 Ki: against the best plain JS", 4, ratios("dice", "copied", 4 * Ki, 64 * Ki)),
    atLeast("copied, 256 Ki: against the best plain JS", 3, ratios("dice", "copied", 256 * Ki, 256 * Ki)),
    atLeast("copied, 16 Mi and more: against the best plain JS", 2.5, ratios("dice", "copied", 16 * Mi, Infinity)),
    atLeast(
      "value and gradient, zero-copy, 64 Ki: against the best plain JS",
      8,
      ratios("gradient", "zero-copy", 64 * Ki, 64 * Ki),
    ),
    atLeast("… against two naive loops", 8, againstUsual(rows, "gradient", "zero-copy", 64 * Ki, 64 * Ki)),
  ];
}

/** What is asked of a job in cache: at 16 Ki to 256 Ki elements. */
interface FamilyBar {
  readonly job: JobName;
  readonly maker: Maker;
  readonly title: string;
  /** For now, and eventually. */
  readonly asked: readonly number[];
}

const FAMILY: readonly FamilyBar[] = [
  { job: "labels1", maker: "zero-copy", title: "scores of binary masks", asked: [20, 40] },
  { job: "labels1", maker: "copied", title: "scores of binary masks", asked: [8, 22] },
  { job: "labels4", maker: "zero-copy", title: "scores of 4 classes", asked: [8] },
  { job: "labels100", maker: "zero-copy", title: "scores of 100 classes", asked: [3] },
  { job: "sigmoid", maker: "zero-copy", title: "loss by sigmoid", asked: [8, 11] },
  { job: "softmax4", maker: "zero-copy", title: "loss by softmax of 4 classes", asked: [6, 10] },
  { job: "mask", maker: "zero-copy", title: "Uint8Array target", asked: [4] },
  { job: "sigmoidGradient", maker: "zero-copy", title: "gradient by logits, sigmoid", asked: [6, 8] },
  { job: "softmax4Gradient", maker: "zero-copy", title: "gradient by logits, softmax of 4 classes", asked: [6, 8] },
];

const LAYOUTS = [
  { job: "labelled4Last", title: "probabilities of 4 classes" },
  { job: "softmax4Last", title: "softmax of 4 classes" },
] as const;

const CONFIDENT = [
  { job: "crossEntropy4Confident", title: "softmax of 4 classes plus cross-entropy" },
  { job: "focal1Confident", title: "Dice plus focal loss" },
] as const;

function ofFamily(rows: readonly RowRecord[]): readonly Verdict[] {
  const inCache = [16 * Ki, 256 * Ki] as const;
  const family = FAMILY.flatMap(({ job, maker, title, asked }) =>
    asked.flatMap((least) => [
      atLeast(
        `${title}, ${maker}, in cache: against the best plain JS`,
        least,
        select(rows, job, maker, ...inCache).map(({ ratio }) => ratio),
      ),
      atLeast("… against the loops people write", least, againstUsual(rows, job, maker, ...inCache)),
    ]),
  );
  const layouts = LAYOUTS.flatMap(({ job, title }) =>
    (["zero-copy", "copied"] as const).map((maker) =>
      atLeast(
        `channels last, ${title}, ${maker}, 16 Mi: against channels first`,
        0.5,
        besides(rows, job, maker, 16 * Mi, Infinity),
      ),
    ),
  );
  const confident = CONFIDENT.map(({ job, title }) =>
    atLeast(
      `gradient of confident logits, ${title}, zero-copy, in cache: against logits of −8 to 8`,
      0.9,
      besides(rows, job, "zero-copy", ...inCache),
    ),
  );
  return [...family, ...layouts, ...confident];
}

/** How much more an element costs at the worst length than at the best. */
function ofGrowth({ growth = [] }: Measured): readonly Verdict[] {
  return growth.flatMap(({ job, function: called, at }) =>
    [0, FROM_MEMORY].map((least) => {
      const from = at.filter(({ length }) => workingSetOf(JOBS[job].data, length) >= least);
      const costs = from.map(({ nanosecondsPerElement }) => nanosecondsPerElement);
      const more = costs.length > 0 ? Math.max(...costs) / Math.min(...costs) - 1 : undefined;
      const where = least === 0 ? `from ${lengthText(at[0].length)} on` : "all from memory";
      return atMost(`growth, copied ${called}, ${where}: time an element, worst over best`, 0.15, more, percent);
    }),
  );
}

function ofTheRest({ accuracy, crossover, firstCall, wasmBytes }: Measured): readonly Verdict[] {
  const worstSum = accuracy && Math.max(...accuracy.rows.flatMap(({ errors }) => errors));
  return [
    atMost("copied wins from this length on", 128, crossover?.length, lengthText),
    atMost(`each sum, worst relative error${accuracy ? ` at ${lengthText(accuracy.length)}` : ""}`, 1e-7, worstSum, tiny),
    atMost("bytes of dice.wasm", 8192, wasmBytes, String),
    atMost(
      "first call after the import, compilation included",
      5,
      firstCall?.calling,
      (milliseconds) => `${fixed(milliseconds, 1)} ms`,
    ),
  ];
}

export const verdictText = ({ met }: Verdict): string => (met === undefined ? "not measured" : met ? "met" : "**not met**");
