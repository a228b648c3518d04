// chart.svg: ratio to the best plain JavaScript over the length, both axes logarithmic.
import { lengthText } from "./print.ts";
import type { RowRecord } from "./record.ts";

interface Line {
  readonly label: string;
  readonly style: string;
  has(row: RowRecord): boolean;
}

const WIDTH = 900;
const HEIGHT = 480;
const PLOT = { left: 90, right: 660, top: 56, bottom: 420 };

const LINES: readonly Line[] = [
  { label: "zero-copy", style: "zero", has: (row) => row.job === "dice" && row.maker === "zero-copy" },
  { label: "copied", style: "copied", has: (row) => row.job === "dice" && row.maker === "copied" },
  { label: "value + gradient, zero-copy", style: "gradient", has: (row) => row.job === "gradient" && row.maker === "zero-copy" },
  { label: "C, SSE", style: "c sse", has: (row) => row.maker === "C" && row.name.includes("SSE") },
  { label: "C, AVX2", style: "c avx2", has: (row) => row.maker === "C" && row.name.includes("AVX2") },
  { label: "C, native", style: "c native", has: (row) => row.maker === "C" && row.name.includes("native") },
];

/** Colours stand in the rules themselves: not every viewer of SVG knows CSS variables. */
const STYLE = `
  text { font: 13px system-ui, "DejaVu Sans", sans-serif; fill: #1f2328; }
  .title { font-size: 16px; font-weight: 600; }
  .faint { fill: #59636e; }
  .end { text-anchor: end; } .middle { text-anchor: middle; }
  .paper { fill: #ffffff; }
  .grid { stroke: #d9dee4; }
  .plain { stroke: #1f2328; stroke-width: 1.5; }
  polyline { fill: none; stroke-linejoin: round; }
  .zero { stroke: #0757c0; stroke-width: 3; }
  .copied { stroke: #c24e00; stroke-width: 3; }
  .gradient { stroke: #8b3fc9; stroke-width: 3; }
  .c { stroke: #59636e; stroke-width: 1.5; }
  .sse { stroke-dasharray: 2 3; } .avx2 { stroke-dasharray: 7 3; } .native { stroke-dasharray: 10 3 2 3; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; }
    .faint { fill: #9aa4af; }
    .paper { fill: #0d1117; }
    .grid { stroke: #2b323b; }
    .plain { stroke: #f0f6fc; }
    .zero { stroke: #58a6ff; }
    .copied { stroke: #f0883e; }
    .gradient { stroke: #c792f5; }
    .c { stroke: #9aa4af; }
  }
`;

interface Scales {
  x(length: number): number;
  y(ratio: number): number;
  readonly lengths: readonly number[];
  readonly ratios: readonly number[];
}

export function chart(all: readonly RowRecord[]): string {
  const rows = all.filter((row) => LINES.some((line) => line.has(row)));
  const scales = scalesFor(rows);
  const lines = LINES.filter((line) => rows.some((row) => line.has(row)));
  const behindFirst = [...lines].reverse();
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="title">
<title id="title">How many times as fast as the best plain JavaScript, over the number of elements</title>
<style>${STYLE}</style>
<rect class="paper" width="${WIDTH}" height="${HEIGHT}"/>
<text class="title" x="${PLOT.left}" y="30">How many times as fast as the best plain JavaScript</text>
${grid(scales)}
${behindFirst.map((line) => polyline(line, rows, scales)).join("\n")}
${legend(lines)}
</svg>
`;
}

function scalesFor(rows: readonly RowRecord[]): Scales {
  const lengths = [...new Set(rows.map(({ length }) => length))].sort((a, b) => a - b);
  const [shortest, longest] = [Math.log2(lengths[0]), Math.log2(lengths[lengths.length - 1])];
  const all = rows.map(({ ratio }) => ratio);
  const lowest = Math.min(-1, Math.floor(Math.log2(Math.min(...all))));
  const highest = Math.ceil(Math.log2(Math.max(...all)));
  const along = (from: number, to: number, share: number): number => from + (to - from) * share;
  return {
    lengths,
    ratios: Array.from({ length: highest - lowest + 1 }, (_, i) => 2 ** (lowest + i)),
    x: (length) => along(PLOT.left, PLOT.right, (Math.log2(length) - shortest) / (longest - shortest)),
    y: (ratio) => along(PLOT.bottom, PLOT.top, (Math.log2(ratio) - lowest) / (highest - lowest)),
  };
}

function grid({ x, y, lengths, ratios }: Scales): string {
  const across = ratios.map((ratio) => {
    const at = round(y(ratio));
    const name = ratio < 1 ? `1/${1 / ratio}×` : `${ratio}×`;
    const line = `<line class="${ratio === 1 ? "plain" : "grid"}" x1="${PLOT.left}" x2="${PLOT.right}" y1="${at}" y2="${at}"/>`;
    return `${line}<text class="faint end" x="${PLOT.left - 8}" y="${at + 4}">${name}</text>`;
  });
  const upright = lengths.map((length) => {
    const at = round(x(length));
    const line = `<line class="grid" x1="${at}" x2="${at}" y1="${PLOT.top}" y2="${PLOT.bottom}"/>`;
    return (
      line +
      (crowded(length, lengths)
        ? ""
        : `<text class="faint middle" x="${at}" y="${PLOT.bottom + 20}">${lengthText(length)}</text>`)
    );
  });
  const below = `<text class="faint middle" x="${(PLOT.left + PLOT.right) / 2}" y="${PLOT.bottom + 44}">elements</text>`;
  const beside = `<text class="faint middle" transform="translate(24 ${(PLOT.top + PLOT.bottom) / 2}) rotate(-90)">speed / speed of plain JavaScript</text>`;
  return [...upright, ...across, below, beside].join("\n");
}

/** 128 has no room for its label between 64 and 256. */
const crowded = (length: number, lengths: readonly number[]): boolean =>
  lengths.includes(length / 2) && lengths.includes(length * 2);

function polyline(line: Line, rows: readonly RowRecord[], { x, y }: Scales): string {
  const points = rows.filter((row) => line.has(row)).map(({ length, ratio }) => `${round(x(length))},${round(y(ratio))}`);
  return `<polyline class="${line.style}" points="${points.join(" ")}"/>`;
}

function legend(lines: readonly Line[]): string {
  const left = PLOT.right + 20;
  const entry = (style: string, label: string, i: number): string => {
    const top = PLOT.top + 12 + 24 * i;
    return `<line class="${style}" x1="${left}" x2="${left + 28}" y1="${top}" y2="${top}"/><text x="${left + 36}" y="${top + 4}">${label}</text>`;
  };
  return [
    ...lines.map(({ style, label }, i) => entry(style, label, i)),
    entry("plain", "best plain JavaScript", lines.length),
  ].join("\n");
}

const round = (value: number): number => Math.round(10 * value) / 10;
