// The two charts: ratios to the best rival over the length, and bytes per second over the working set.
import { ratioToBest } from "./against.ts";
import { workingSetOf } from "./job.ts";
import { JOBS, type JobName } from "./jobs/index.ts";
import { type Line, plot } from "./plot.ts";
import { lengthText, sizeText } from "./print.ts";
import type { Maker, Results, RowRecord } from "./record.ts";

interface Kind {
  readonly label: string;
  readonly style: string;
  readonly job: JobName;
  readonly maker: Maker;
  /** A part of the row's name. */
  readonly name?: string;
}

const RATIOS: readonly Kind[] = [
  { label: "Dice, zero-copy", style: "blue", job: "dice", maker: "zero-copy" },
  { label: "Dice, copied", style: "orange", job: "dice", maker: "copied" },
  { label: "its gradient, zero-copy", style: "violet", job: "gradient", maker: "zero-copy" },
  { label: "labels of 4 classes, zero-copy", style: "green", job: "labels4", maker: "zero-copy" },
  { label: "by sigmoid, zero-copy", style: "red", job: "sigmoid", maker: "zero-copy" },
  { label: "softmax of 4, zero-copy", style: "teal", job: "softmax4", maker: "zero-copy" },
  { label: "Dice in C, SSE", style: "grey dots", job: "dice", maker: "C", name: "SSE" },
  { label: "Dice in C, AVX2", style: "grey dashes", job: "dice", maker: "C", name: "AVX2" },
  { label: "Dice in C, native", style: "grey mixed", job: "dice", maker: "C", name: "native" },
];

/** Rows of a kind. */
function rowsOf(rows: readonly RowRecord[], { job, maker, name = "" }: Kind): readonly RowRecord[] {
  return rows.filter((row) => row.job === job && row.maker === maker && row.name.includes(name));
}

export function chart(rows: readonly RowRecord[]): string {
  const line = (kind: Kind): Line => ({
    ...kind,
    points: rowsOf(rows, kind).map((row) => [row.length, kind.maker === "C" ? row.ratio : ratioToBest(rows, row)]),
  });
  return plot({
    title: "How many times as fast as the best rival in JavaScript",
    description: "How many times as fast as the best rival in JavaScript, over the number of elements",
    lines: RATIOS.map(line),
    x: { title: "elements", text: lengthText },
    y: { title: "speed / speed of the best rival", text: (value) => (value < 1 ? `1/${1 / value}×` : `${value}×`), least: 0.5 },
    level: { y: 1, label: "best rival in JavaScript" },
  });
}

const MOVED: readonly Kind[] = [
  { label: "Dice", style: "blue", job: "dice", maker: "zero-copy" },
  { label: "its gradient", style: "violet", job: "gradient", maker: "zero-copy" },
  { label: "scores of masks", style: "orange", job: "labels1", maker: "zero-copy" },
  { label: "scores of 4 classes", style: "green", job: "labels4", maker: "zero-copy" },
  { label: "by sigmoid", style: "red", job: "sigmoid", maker: "zero-copy" },
  { label: "softmax of 4", style: "teal", job: "softmax4", maker: "zero-copy" },
];
const LEAST_SET = 8192;

export function rooflineChart({ rows, roofline: { bandwidth } }: Results): string {
  const line = (kind: Kind): Line => ({
    ...kind,
    points: rowsOf(rows, kind)
      .map(({ job, length, gigabytesPerSecond }) => [workingSetOf(JOBS[job].data, length), gigabytesPerSecond] as const)
      .filter(([bytes]) => bytes >= LEAST_SET),
  });
  const inC = bandwidth.flatMap(({ bytes, c }) => (c === null ? [] : [[bytes, c] as const]));
  const roof: Line = {
    label: "WebAssembly reads, 128 bit",
    style: "level",
    points: bandwidth.map(({ bytes, webAssembly }) => [bytes, webAssembly]),
  };
  return plot({
    title: "Gigabytes a second, zero-copy, and what the machine reads",
    description:
      "Gigabytes a second that zero-copy calls move, and that loops which do nothing but read, over the size of the working set",
    lines: [...MOVED.map(line), roof, { label: "C reads, native", style: "grey mixed", points: inC }],
    x: { title: "bytes of the working set", text: sizeText },
    y: { title: "GB/s", text: String },
  });
}
