// How close the rows come to what the machine can do: the section of the report, and the bars.
import { atLeast, type Measured, type Verdict } from "./bars.ts";
import { workingSetOf } from "./job.ts";
import { JOB_NAMES, JOBS, type JobName } from "./jobs/index.ts";
import { fixed, lengthText, percent, sizeText } from "./print.ts";
import type { Results, Roofline, RowRecord } from "./record.ts";
import { table } from "./table.ts";

/** The lengths at which zero-copy rows are compared with the machine. */
export const SHOWN_LENGTHS = [4096, 65536, 2 ** 20, 2 ** 24];
/** The three sums, of four elements at a time. */
const ADDITIONS_A_VECTOR = 3;
const LANES = 4;

/**
 * The gigabytes per second that WebAssembly reads in a working set of that many bytes, interpolated between the sizes
 * measured, on a logarithmic scale.
 */
export function bandwidthOf({ bandwidth }: Roofline, bytes: number): number {
  const above = bandwidth.findIndex((each) => each.bytes >= bytes);
  if (above <= 0) return (bandwidth[above] ?? bandwidth[bandwidth.length - 1]).webAssembly;
  const [low, high] = [bandwidth[above - 1], bandwidth[above]];
  const share = Math.log(bytes / low.bytes) / Math.log(high.bytes / low.bytes);
  return low.webAssembly ** (1 - share) * high.webAssembly ** share;
}

/** The share of that bandwidth that a row reaches. */
export function shareOf(roofline: Roofline, row: RowRecord): number {
  return row.gigabytesPerSecond / bandwidthOf(roofline, workingSetOf(JOBS[row.job].data, row.length));
}

/** The zero-copy row of a job at a length, if it was measured. */
export function zeroCopyOf(rows: readonly RowRecord[], job: JobName, length: number): RowRecord | undefined {
  return rows.find((row) => row.job === job && row.maker === "zero-copy" && row.length === length);
}

/** The elements per second that the three sums allow if nothing takes time but their additions. */
const boundOfAdditions = ({ additions }: Roofline): number => (additions * LANES) / ADDITIONS_A_VECTOR;

export function roof({ roofline, rows, staging }: Results): string {
  const { additions, operations, bandwidth } = roofline;
  const read = table(
    ["working set", "WebAssembly, GB/s", "C, GB/s"],
    bandwidth.map(({ bytes, webAssembly, c }) => [sizeText(bytes), fixed(webAssembly, 1), c === null ? "–" : fixed(c, 1)]),
  );
  const columns = SHOWN_LENGTHS.filter((length) => rows.some((row) => row.length === length));
  const shares = JOB_NAMES.map((job) => [JOBS[job].title, ...columns.map((length) => cellOf(roofline, rows, job, length))]);
  return `## Roofline

![Gigabytes a second that zero-copy calls move, beside what the machine reads, over the size of the working set](roofline.svg)

How fast a loop of 128-bit loads in WebAssembly ([roofline.ts](../assembly/roofline.ts)) and one of C ([read.c](read.c)) read memory
that they have read before, the fastest of many times (rows are medians):

${read}

Independent 128-bit operations in registers, in WebAssembly: ${fixed(additions / 1e9)} G float32 additions a second, and
${fixed(operations / 1e9)} G integer ones. The three additions of a vector of four elements let the Dice coefficient take no more than
${fixed(boundOfAdditions(roofline) / 1e9)} G elements a second; float64 between tiles takes more additions, and conversions beside them.

Copied calls of the Dice coefficient keep of the speed of their bare parts, the host's \`set\` of both blocks and the kernel:
${staging.map(({ length, share }) => `${percent(share)} at ${lengthText(length)}`).join(", ")}.

What zero-copy calls move, and the share of what WebAssembly reads of a working set of that size. Where the share is small, it is not memory
that the job waits for.

${table(["job", ...columns.map(lengthText)], shares)}`;
}

function cellOf(roofline: Roofline, rows: readonly RowRecord[], job: JobName, length: number): string {
  const row = zeroCopyOf(rows, job, length);
  return row ? `${fixed(row.gigabytesPerSecond, 1)} GB/s, ${percent(shareOf(roofline, row))}` : "–";
}

/** The bars against the roof. */
export function ofRoof({ rows, roofline, staging = [] }: Measured): readonly Verdict[] {
  if (!roofline) return [];
  const zeroCopy = (job: JobName, length: number): readonly RowRecord[] => {
    const row = zeroCopyOf(rows, job, length);
    return row ? [row] : [];
  };
  const ofMemory = (job: JobName): readonly number[] => zeroCopy(job, 2 ** 24).map((row) => shareOf(roofline, row));
  return [
    atLeast(
      "zero-copy, 4 Ki: of the bound that 128-bit additions on their ports set",
      0.9,
      zeroCopy("dice", 4096).map((row) => row.elementsPerSecond / boundOfAdditions(roofline)),
    ),
    atLeast(
      "copied: of its parts, the copy of blocks and the kernel",
      0.9,
      staging.map(({ share }) => share),
    ),
    atLeast("scores of binary masks, zero-copy, 16 Mi: of the read bandwidth", 0.85, ofMemory("labels1")),
    atLeast("scores of 4 classes, zero-copy, 16 Mi: of the read bandwidth", 0.7, ofMemory("labels4")),
  ];
}
