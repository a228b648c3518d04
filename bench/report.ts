// RESULTS.md: what was measured, in tables. Nothing in it is written by hand.
import { libraries } from "./against.ts";
import { type Verdict, verdictText, versus } from "./bars.ts";
import type { Job } from "./job.ts";
import { JOB_NAMES, JOBS, type JobName } from "./jobs/index.ts";
import { kernelSpeed } from "./kernel-speed.ts";
import { isOurs, type Machines } from "./machines.ts";
import { duration, fixed, lengthText, percent, times, tiny } from "./print.ts";
import type { Kernel, Maker, Results, RowRecord } from "./record.ts";
import { roof } from "./roofline-report.ts";
import { table } from "./table.ts";
import { allOf } from "./verdicts.ts";

/** @param machines the last run on every kind of machine, including this one */
export function report(results: Results, machines: Machines): string {
  const sections = [
    heading(results),
    bars(results, machines),
    summary(results),
    family(results),
    libraries(results.rows),
    ...hosts(results),
    roof(results),
    kernelSpeed(results),
    ...jobs(results),
    accuracy(results),
    crossover(results),
    growth(results),
    others(results),
    kernels(results),
  ];
  return `${sections.join("\n\n")}\n`;
}

function heading({ command, date, version, machine }: Results): string {
  const { cpu, cores, system, node, v8, compiler } = machine;
  return `# Results

Written by \`${command}\` on ${date}: dice-wasm ${version}, ${cpu} (${cores} cores), ${system}, Node ${node} with V8 ${v8}${compiler ? `, ${compiler}` : ""}.

![How many times as fast as the best rival in JavaScript, over the length](chart.svg)

- The machine is shared: times come and go with its other guests. **The ratios are the thing**: all rows of a length are timed in turn,
  round after round, and a ratio is the median over the rounds of two rows of the same round.
- _Best plain JS_ is the fastest of the loops in [rivals](rivals) for that job at that length. Tables begin with the loops people write and
  end with the best we could.
- _Copied_: ordinary typed arrays. _Zero-copy_: arrays from \`allocate\`. The C yardstick ([yardstick.c](yardstick.c)) is one loop with
  float accumulators, \`cc -O3 -ffast-math\`: fast, and wrong in long sums.
- Times are medians; _spread_ is the interquartile range over the median. _Error_ is relative, against compensated float64 sums.
- For each job plain JS, copied, zero-copy and C run in a process each, one at a time, the shorter lengths first: what one makes V8 give
  up, the others do not pay for, and every loop sees one type of array alone.
- Each row sees its arrays again and again, so that the processor foresees what loops with branches do with short ones: it flatters
  them up to some ten thousand elements. Where it matters, a loop without branches runs beside.
- Label maps come in runs, as in images: one position in 16 draws its label anew. They are compared with themselves two positions on.
  Logits are uniform in −8 … 8, and _confident_ ones the same, 25 up of the class that is predicted and 25 down of the others.
- Rows see their arrays as any program would: V8 may not compile them for these very arrays, as it does with constants.`;
}

/** The bars as met by this run, beside those of the last runs on other machines. */
function bars(results: Results, machines: Machines): string {
  const others = Object.values(machines).filter(({ machine }) => machine.cpu !== results.machine.cpu);
  const verdicts = allOf(results);
  const names = namesOf(verdicts);
  const namesThere = others.map((other) => namesOf(other.verdicts));
  const rows = verdicts.map((verdict, i) => [
    verdict.bar,
    verdict.asked,
    verdict.measured,
    verdictText(verdict),
    ...others.map((other, k) => {
      const there = other.verdicts[namesThere[k].indexOf(names[i])];
      return there ? `${there.measured} ${verdictText(there)}` : "–";
    }),
  ]);
  const head = ["bar", "asked", "measured", "verdict", ...others.map(({ machine, date }) => `${machine.cpu}, ${date}`)];
  const below = verdicts.flatMap(({ bar, below: all }) => (all ? [`- ${bar}: ${all.join("; ")}.`] : []));
  const list = below.length > 0 ? `\n\nWhat is below its bar on this machine:\n\n${below.join("\n")}` : "";
  return `## The project's bars\n\nThe worst of the lengths each bar covers.\n\n${table(head, rows)}${list}`;
}

/** What each bar is told by, on any machine: with what is asked, and with the bar that it goes on from. */
function namesOf(verdicts: readonly Verdict[]): readonly string[] {
  let first = "";
  return verdicts.map(({ bar, asked }) => {
    if (!bar.startsWith("…")) first = bar;
    return [first, bar, asked].join("\n");
  });
}

/** The Dice coefficient at all lengths: ratios only. */
function summary({ rows }: Results): string {
  const yardsticks = [...new Set(rows.filter(({ maker }) => maker === "C").map(({ name }) => name))];
  const head = [
    "length",
    "best plain JS",
    "copied",
    "zero-copy",
    ...yardsticks.map((name) => `zero-copy / ${name}`),
    "value + gradient, zero-copy",
  ];
  const lengths = [...new Set(rows.filter(({ job }) => job === "dice").map(({ length }) => length))];
  const cells = lengths.map((length) => {
    const find = (job: JobName, maker: Maker): RowRecord =>
      rows.find((row) => row.length === length && row.job === job && row.maker === maker) as RowRecord;
    const zero = find("dice", "zero-copy");
    const comparisons = yardsticks.map((name) => times(versus(rows, zero, name) as number));
    const plain = rows.filter((row) => row.length === length && row.job === "dice" && row.maker === "plain");
    const rival = duration(Math.min(...plain.map(({ nanoseconds }) => nanoseconds)));
    return [
      lengthText(length),
      rival,
      times(find("dice", "copied").ratio),
      times(zero.ratio),
      ...comparisons,
      times(find("gradient", "zero-copy").ratio),
    ];
  });
  const note =
    "Columns _copied_ and _zero-copy_ are `diceCoefficient` against the best plain JS; the last is against the best plain JS of its job.";
  return `## In short\n\n${note}\n\n${table(head, cells)}`;
}

/** All jobs but the first two: ratios only. */
function family({ rows }: Results): string {
  const names = JOB_NAMES.filter((name) => !JOBS[name].everyLength);
  const text = "Against the best plain JS of each job. Lengths count elements of the prediction.";
  return `## The family in short\n\n${text}\n\n${ratios(names, rows)}`;
}

/** The ratios of copied and zero-copy calls, one line per job. */
function ratios(names: readonly JobName[], rows: readonly RowRecord[]): string {
  const lengths = [...new Set(rows.filter(({ job }) => names.includes(job)).map(({ length }) => length))];
  const columns = (["copied", "zero-copy"] as const).flatMap((maker) => lengths.map((length) => ({ length, maker })));
  const cells = names.map((name) => [
    JOBS[name].title,
    ...columns.map(({ length, maker }) => {
      const row = rows.find((each) => each.job === name && each.length === length && each.maker === maker);
      return row ? times(row.ratio) : "–";
    }),
  ]);
  return table(["job", ...columns.map(({ length, maker }) => `${maker}, ${lengthText(length)}`)], cells);
}

function hosts({ hosts: all }: Results): readonly string[] {
  return all.map(({ name, rows }) => {
    const text = "The same programs there, against the best plain JS of that host, in three short rounds.";
    return `## On ${name}\n\n${text}\n\n${ratios(JOB_NAMES, rows)}`;
  });
}

function jobs({ rows }: Results): readonly string[] {
  return JOB_NAMES.map((name) => {
    const { title, bytes, counted, beside, function: called }: Job = JOBS[name];
    const cells = rows.filter((row) => row.job === name).map((row) => jobCells(row, beside !== undefined));
    const against = beside ? [`against ${beside[1]}`] : [];
    const head = ["length", "by", "time", "G elements/s", "GB/s", "against best plain JS", ...against, "spread", "error"];
    const text = `\`${called}\`. ${Number(bytes.toFixed(2))} bytes an element: ${counted}.`;
    return `## ${title[0].toUpperCase()}${title.slice(1)}\n\n${text}\n\n${table(head, cells)}`;
  });
}

function jobCells(row: RowRecord, besides: boolean): readonly string[] {
  const by = row.maker === "plain" ? `plain JS, ${row.name}` : isOurs(row) ? `**${row.maker}**` : row.name;
  const speed = [fixed(row.elementsPerSecond / 1e9, 3), fixed(row.gigabytesPerSecond, 1)];
  return [
    lengthText(row.length),
    by,
    duration(row.nanoseconds),
    ...speed,
    times(row.ratio),
    ...(besides ? [row.beside === undefined ? "" : times(row.beside)] : []),
    percent(row.spread),
    row.maker === "part" ? "a part" : tiny(row.error),
  ];
}

/** The size of each kernel. */
function kernels({ kernels: all, wasmBytes }: Results): string {
  const nameOf = ({ names }: Kernel): string =>
    names.length > 0 ? names.map((name) => `\`${name}\``).join(", ") : "called by others";
  const cells = [...all].sort((a, b) => b.bytes - a.bytes).map((kernel) => [nameOf(kernel), `${kernel.bytes}`]);
  const rest = wasmBytes - all.reduce((sum, { bytes }) => sum + bytes, 0);
  const total = [
    ["types, exports, lengths and the like", `${rest}`],
    ["dice.wasm", `${wasmBytes}`],
  ];
  return `## Bytes of each kernel\n\nThe body of each function of dice.wasm.\n\n${table(["kernel", "bytes"], [...cells, ...total])}`;
}

function accuracy({ accuracy: { length, sums, rows } }: Results): string {
  const cells = rows.map(({ data, errors }) => [data, ...errors.map(tiny)]);
  return `## Accuracy of the sums at ${lengthText(length)} elements\n\nRelative errors.\n\n${table(["data", ...sums], cells)}`;
}

function crossover({ crossover: { length, searched } }: Results): string {
  const found = length === null ? "No length searched is won for good." : `Won from **${length}** elements on.`;
  const cells = searched.map((at) => [lengthText(at.length), times(at.ratio)]);
  const text = "Copied `diceCoefficient` against the best plain JS, in a process that never calls `allocate`.";
  return `## Crossover\n\n${text} ${found}\n\n${table(["length", "copied / best plain JS"], cells)}`;
}

function growth({ growth: all }: Results): string {
  const cells = all.map(({ function: called, at }) => [
    `\`${called}\``,
    ...at.map(({ nanosecondsPerElement }) => nanosecondsPerElement.toPrecision(3)),
  ]);
  const head = ["nanoseconds an element", ...(all[0]?.at ?? []).map(({ length }) => lengthText(length))];
  const text = "Copied calls on ever longer arrays of the same data. The shorter ones fit into a cache of most machines.";
  return `## Growth\n\n${text}\n\n${table(head, cells)}`;
}

function others({ firstCall, wasmBytes, workspaceBytes }: Results): string {
  const milliseconds = (value: number): string => `${fixed(value, 2)} ms`;
  const rows = [
    [`first call in a fresh process, median of ${firstCall.processes}: import`, milliseconds(firstCall.importing)],
    ["… compile, instantiate, compute", milliseconds(firstCall.calling)],
    ["… together", milliseconds(firstCall.total)],
    ["… of which importing an empty module takes", milliseconds(firstCall.emptyModule)],
    ["dice.wasm", `${wasmBytes} bytes`],
    ["linear memory of `allocate(2 ** 20)`, whose arrays take 8388608 bytes", `${workspaceBytes} bytes`],
  ];
  return `## Other facts\n\n${table(["fact", "measured"], rows)}`;
}
