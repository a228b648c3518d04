// What the project asks of itself, judged by what was measured.
import { fixed, lengthText, times, tiny } from "./print.ts";
import type { Job, Maker, Results, RowRecord } from "./record.ts";
import { speedup } from "./timing.ts";

type Measured = Pick<Results, "rows"> & Partial<Results>;

export interface Verdict {
  readonly bar: string;
  readonly asked: string;
  readonly measured: string;
  /** Undefined where it was not measured. */
  readonly met: boolean | undefined;
}

const Ki = 1024;
const Mi = 1024 * Ki;
const C_NAMES = { SSE: "C SSE", AVX2: "C AVX2", "AVX-512": "C native (AVX-512)" } as const;

const USUAL = ["naive loop", "unrolled, 2 accumulators", "unrolled, 4 accumulators"];

/** Rows of one kind from one length to another. */
function select(rows: readonly RowRecord[], job: Job, maker: Maker, from: number, to: number): readonly RowRecord[] {
  return rows.filter((row) => row.job === job && row.maker === maker && row.length >= from && row.length <= to);
}

/** The worst of the values against what is asked at least. */
function atLeast(bar: string, asked: number, values: readonly number[]): Verdict {
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

/** How zero-copy compares with the better of the loops people write. */
function againstUsual(rows: readonly RowRecord[], from: number, to: number): readonly number[] {
  return select(rows, "dice", "zero-copy", from, to).map((row) =>
    Math.min(...USUAL.flatMap((name) => versus(rows, row, name) ?? [])),
  );
}

/** How many times as fast a row is as the row of another name at the same length. */
export function versus(rows: readonly RowRecord[], row: RowRecord, name: string): number | undefined {
  const other = rows.find(({ length, name: by, job }) => length === row.length && by === name && job === row.job);
  return other && speedup(row, other);
}

export function judge({ rows, accuracy, crossover, firstCall, wasmBytes }: Measured): readonly Verdict[] {
  const ratios = (job: Job, maker: Maker, from: number, to: number): readonly number[] =>
    select(rows, job, maker, from, to).map(({ ratio }) => ratio);
  const worstSum = accuracy && Math.max(...accuracy.rows.flatMap((row) => [row.intersection, row.prediction, row.target]));
  return [
    atLeast("zero-copy, 4 Ki to 256 Ki: against the best plain JS", 9, ratios("dice", "zero-copy", 4 * Ki, 256 * Ki)),
    atLeast("… against naive and unrolled with 2 or 4 accumulators", 9, againstUsual(rows, 4 * Ki, 256 * Ki)),
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
    atLeast(
      "… against two naive loops",
      8,
      select(rows, "gradient", "zero-copy", 64 * Ki, 64 * Ki).flatMap((row) => versus(rows, row, "two naive loops") ?? []),
    ),
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
