// A plot of lines over two logarithmic axes, as SVG, for light and dark mode.

export interface Line {
  readonly label: string;
  readonly style: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Plot {
  readonly title: string;
  /** What a screen reader says. */
  readonly description: string;
  /** The first ones are drawn on top. */
  readonly lines: readonly Line[];
  readonly x: Axis;
  readonly y: Axis;
  /** A value of y marked by a horizontal line. */
  readonly level?: { readonly y: number; readonly label: string };
}

interface Axis {
  readonly title: string;
  text(value: number): string;
  /** A value that the range includes, whatever the data. */
  readonly least?: number;
}

const WIDTH = 900;
const HEIGHT = 480;
const PLOT = { left: 90, right: 640, top: 56, bottom: 420 };
const ROOM = 34; // pixels between the labels of x

/** Colours are written into the rules: not every SVG viewer knows CSS variables. */
const STYLE = `
  text { font: 13px system-ui, "DejaVu Sans", sans-serif; fill: #1f2328; }
  .title { font-size: 16px; font-weight: 600; }
  .faint { fill: #59636e; }
  .end { text-anchor: end; } .middle { text-anchor: middle; }
  .paper { fill: #ffffff; }
  .grid { stroke: #d9dee4; }
  .level { stroke: #1f2328; stroke-width: 1.5; }
  polyline { fill: none; stroke-linejoin: round; }
  .blue { stroke: #0757c0; stroke-width: 3; }
  .orange { stroke: #c24e00; stroke-width: 3; }
  .violet { stroke: #8b3fc9; stroke-width: 3; }
  .green { stroke: #1a7f37; stroke-width: 3; }
  .red { stroke: #cf222e; stroke-width: 3; }
  .teal { stroke: #0a7d8c; stroke-width: 3; }
  .grey { stroke: #59636e; stroke-width: 1.5; }
  .dots { stroke-dasharray: 2 3; } .dashes { stroke-dasharray: 7 3; } .mixed { stroke-dasharray: 10 3 2 3; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; }
    .faint { fill: #9aa4af; }
    .paper { fill: #0d1117; }
    .grid { stroke: #2b323b; }
    .level { stroke: #f0f6fc; }
    .blue { stroke: #58a6ff; }
    .orange { stroke: #f0883e; }
    .violet { stroke: #c792f5; }
    .green { stroke: #56d364; }
    .red { stroke: #ff7b72; }
    .teal { stroke: #5ad1e0; }
    .grey { stroke: #9aa4af; }
  }
`;

interface Scale {
  at(value: number): number;
  readonly ticks: readonly number[];
}

export function plot({ title, description, lines, x, y, level }: Plot): string {
  const drawn = lines.filter(({ points }) => points.length > 0);
  const all = drawn.flatMap(({ points }) => points);
  const across = scale(
    x,
    all.map(([at]) => at),
    PLOT.left,
    PLOT.right,
  );
  const upwards = scale(y, [...all.map(([, at]) => at), ...(level ? [level.y] : [])], PLOT.bottom, PLOT.top);
  const behindFirst = [...drawn].reverse();
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="title">
<title id="title">${description}</title>
<style>${STYLE}</style>
<rect class="paper" width="${WIDTH}" height="${HEIGHT}"/>
<text class="title" x="${PLOT.left}" y="30">${title}</text>
${grid(x, y, across, upwards, level?.y)}
${behindFirst.map((line) => polyline(line, across, upwards)).join("\n")}
${legend(drawn, level?.label)}
</svg>
`;
}

/** Ticks are at powers of two. */
function scale({ least }: Axis, values: readonly number[], from: number, to: number): Scale {
  const logarithms = [...values, ...(least ? [least] : [])].map(Math.log2);
  const low = Math.floor(Math.min(...logarithms));
  const high = Math.ceil(Math.max(...logarithms));
  return {
    at: (value) => from + ((to - from) * (Math.log2(value) - low)) / (high - low || 1),
    ticks: Array.from({ length: high - low + 1 }, (_, i) => 2 ** (low + i)),
  };
}

function grid(x: Axis, y: Axis, across: Scale, upwards: Scale, level: number | undefined): string {
  const rows = upwards.ticks.map((value) => {
    const at = round(upwards.at(value));
    const line = `<line class="${value === level ? "level" : "grid"}" x1="${PLOT.left}" x2="${PLOT.right}" y1="${at}" y2="${at}"/>`;
    return `${line}<text class="faint end" x="${PLOT.left - 8}" y="${at + 4}">${y.text(value)}</text>`;
  });
  let last = -Infinity;
  const columns = across.ticks.map((value) => {
    const at = round(across.at(value));
    const line = `<line class="grid" x1="${at}" x2="${at}" y1="${PLOT.top}" y2="${PLOT.bottom}"/>`;
    if (at - last < ROOM) return line;
    last = at;
    return `${line}<text class="faint middle" x="${at}" y="${PLOT.bottom + 20}">${x.text(value)}</text>`;
  });
  const below = `<text class="faint middle" x="${(PLOT.left + PLOT.right) / 2}" y="${PLOT.bottom + 44}">${x.title}</text>`;
  const beside = `<text class="faint middle" transform="translate(24 ${(PLOT.top + PLOT.bottom) / 2}) rotate(-90)">${y.title}</text>`;
  return [...columns, ...rows, below, beside].join("\n");
}

function polyline({ style, points }: Line, across: Scale, upwards: Scale): string {
  const at = points.map(([x, y]) => `${round(across.at(x))},${round(upwards.at(y))}`);
  return `<polyline class="${style}" points="${at.join(" ")}"/>`;
}

function legend(lines: readonly Line[], level: string | undefined): string {
  const left = PLOT.right + 20;
  const entry = (style: string, label: string, i: number): string => {
    const top = PLOT.top + 12 + 24 * i;
    return `<line class="${style}" x1="${left}" x2="${left + 28}" y1="${top}" y2="${top}"/><text x="${left + 36}" y="${top + 4}">${label}</text>`;
  };
  return [
    ...lines.map(({ style, label }, i) => entry(style, label, i)),
    ...(level ? [entry("level", level, lines.length)] : []),
  ].join("\n");
}

const round = (value: number): number => Math.round(10 * value) / 10;
