// How this package compares with every rival in JavaScript: the table of libraries, and the bars against rivals.
import { atLeast, type Measured, type Verdict, versus } from "./bars.ts";
import { JOB_NAMES, JOBS } from "./jobs/index.ts";
import { lengthText, times } from "./print.ts";
import type { RowRecord } from "./record.ts";
import { table } from "./table.ts";

const LEAST_LENGTH = 1024;
const OURS = ["copied", "zero-copy"] as const;

/** The bars against rivals. */
export function ofRivals({ rows, hosts = [] }: Measured): readonly Verdict[] {
  const tensors = (from: number, to: number): readonly number[] =>
    rows
      .filter(({ maker, job, length }) => maker === "copied" && job === "dice" && length >= from && length <= to)
      .flatMap((row) =>
        librariesOf(rows, row)
          .filter(isTensorsOfArrays)
          .flatMap(({ name }) => versus(rows, row, name) ?? []),
      );
  return [
    ...OURS.map((maker) => fasterThanAll(rows, maker, "", 1)),
    ...hosts.flatMap(({ name, engine, rows: there }) =>
      OURS.map((maker) => fasterThanAll(there, maker, `on ${name}, `, engine === "V8" ? 1 : 0.95)),
    ),
    atLeast("copied, 4 Ki: against TensorFlow.js wasm from arrays", 15, tensors(4096, 4096)),
    atLeast("copied, 1 Mi and more: against TensorFlow.js wasm from arrays", 5, tensors(2 ** 20, Infinity)),
  ];
}

const isTensorsOfArrays = ({ name }: RowRecord): boolean => name.startsWith("TensorFlow.js wasm") && name.endsWith("from arrays");

/** Every job at every length from 1 Ki on, against plain JS and libraries; names those where this package is slower. */
function fasterThanAll(rows: readonly RowRecord[], maker: (typeof OURS)[number], where: string, asked: number): Verdict {
  const judged = rows
    .filter((row) => row.maker === maker && row.length >= LEAST_LENGTH)
    .map((row) => ({ row, ratio: ratioToBest(rows, row) }))
    .sort((a, b) => a.ratio - b.ratio);
  const below = judged
    .filter(({ ratio }) => ratio < asked)
    .map(({ row, ratio }) => `${JOBS[row.job].title} at ${lengthText(row.length)} ${times(ratio)}`);
  const bar = `${where}every job, 1 Ki and more, ${maker}: against every rival in JavaScript`;
  const worst = atLeast(
    bar,
    asked,
    judged.map(({ ratio }) => ratio),
  );
  if (below.length === 0) return worst;
  return { ...worst, measured: `${worst.measured}, ${below.length} below`, below };
}

/** How many times as fast a row is as the best of plain JS and libraries. */
export function ratioToBest(rows: readonly RowRecord[], row: RowRecord): number {
  return Math.min(row.ratio, ...librariesOf(rows, row).map(({ name }) => versus(rows, row, name) as number));
}

function librariesOf(rows: readonly RowRecord[], { job, length }: RowRecord): readonly RowRecord[] {
  return rows.filter((row) => row.maker === "library" && row.job === job && row.length === length);
}

/** A table of the libraries: how many times as fast copied calls are. */
export function libraries(rows: readonly RowRecord[]): string {
  const theirs = rows.filter(({ maker }) => maker === "library");
  if (theirs.length === 0) return "## Against libraries\n\nNot measured: they could not be installed.";
  const lengths = [...new Set(theirs.map(({ length }) => length))].sort((a, b) => a - b);
  const cells = JOB_NAMES.flatMap((job) =>
    [...new Set(theirs.filter((row) => row.job === job).map(({ name }) => name))].map((name) => [
      JOBS[job].title,
      name,
      ...lengths.map((length) => {
        const row = rows.find((each) => each.job === job && each.length === length && each.maker === "copied");
        const ratio = row && versus(rows, row, name);
        return ratio === undefined ? "–" : times(ratio);
      }),
    ]),
  );
  const text = `How many times as fast copied calls of this package are: also where the data of TensorFlow.js lie in its tensors already.
onnxruntime-web runs its WebAssembly backend on one thread; ml-distance takes the squared form alone, without smoothing. What simsimd,
which is native code, does of the Dice coefficient is Σp·t: it is shown with that job, and is no rival.`;
  return `## Against libraries\n\n${text}\n\n${table(["job", "library", ...lengths.map(lengthText)], cells)}`;
}
