// What the kernels execute, and where the time of each row goes: the reasons why it is no faster.
import type { Job } from "./job.ts";
import { JOB_NAMES, JOBS, type JobName } from "./jobs/index.ts";
import { fixed, lengthText, percent } from "./print.ts";
import type { Instructions, Results } from "./record.ts";
import { SHOWN_LENGTHS, shareOf, zeroCopyOf } from "./roofline-report.ts";
import { table } from "./table.ts";

const PER = 16; // elements
const NEAR = 0.8; // of the read bandwidth, which is reason enough

export function kernelSpeed(results: Results): string {
  const { instructions, roofline } = results;
  if (instructions.length === 0)
    return "The instructions of the kernels are not counted here: it takes Linux on x64, and a C compiler.";
  return `## What the kernels execute

Instructions of V8's code for ${PER} elements, each counted as it was executed ([instructions.ts](instructions.ts), [step.c](step.c)), on ${lengthText(instructions[0].elements)} elements
in the first cache, labels in runs of 16. _Vector_: 128-bit operations, conversions and shuffles among them; _moves_: from register to register; _scalar_: addresses,
conditions, jumps. The most there can be of vector operations in a second is what was measured of integer ones, ${fixed(roofline.operations / 1e9)} G; additions of
float32 have ${fixed(roofline.additions / 1e9)} G of them, and share their ports with shuffles and conversions. A kernel far below the most waits for the results of
its own operations (powers, logarithms, divisions: chains of dozens), or executes scalars (gathering, tables).

${countedTable(results)}

## What takes the time

Of the zero-copy rows, in percent: _vector operations_ of their kernels, at the most there can be of them, + the _rest of the kernels_: what else these
execute and wait for in the first cache, by the table above, + what is _outside_ of them: the passing of arguments, planes and blocks, and what
comes late from memory where that is far. The largest of the three is the reason that a row is no faster. Where a row reads ${percent(NEAR)} of the bandwidth or
more, memory is. Kernels that work a few times for each block are counted as outside.

${reasonsTable(results)}`;
}

function countedTable({ instructions, roofline }: Results): string {
  const head = [
    "kernel",
    "vector",
    "loads",
    "stores",
    "moves",
    "scalar",
    "G elements/s",
    "G instructions/s",
    "vector, of the most",
  ];
  const rows = instructions.map((each) => {
    const { kernel, elements, elementsPerSecond, vector, loads, stores, moves, scalar } = each;
    const kinds = [vector, loads, stores, moves, scalar];
    const all = kinds.reduce((sum, count) => sum + count, 0);
    return [
      `\`${kernel}\``,
      ...kinds.map((count) => fixed((PER * count) / elements, 1)),
      fixed(elementsPerSecond / 1e9),
      fixed((elementsPerSecond * all) / elements / 1e9, 1),
      percent((elementsPerSecond * vector) / elements / roofline.operations),
    ];
  });
  return table(head, rows);
}

function reasonsTable(results: Results): string {
  const head = ["job", "kernels", "G elements/s of them", ...SHOWN_LENGTHS.map(lengthText)];
  const rows = JOB_NAMES.map((name) => {
    const { title, kernels }: Job = JOBS[name];
    const parts = Object.entries(kernels).map(([kernel, calls]) => (calls === 1 ? `\`${kernel}\`` : `${calls} \`${kernel}\``));
    const speed = 1 / secondsOf(name, results).kernels;
    return [title, parts.join(" + "), fixed(speed / 1e9), ...SHOWN_LENGTHS.map((length) => reasonOf(name, length, results))];
  });
  return table(head, rows);
}

function reasonOf(name: JobName, length: number, results: Results): string {
  const row = zeroCopyOf(results.rows, name, length);
  if (!row) return "–";
  const share = shareOf(results.roofline, row);
  if (share >= NEAR) return `memory, ${percent(share)}`;
  const { kernels, vector } = secondsOf(name, results);
  const inside = Math.min(1, kernels * row.elementsPerSecond);
  const operations = inside * (vector / kernels);
  const slices = [operations, inside - operations, 1 - inside];
  const largest = Math.max(...slices);
  return slices.map((slice) => (slice === largest ? `**${fixed(100 * slice, 0)}**` : fixed(100 * slice, 0))).join(" + ");
}

/**
 * The seconds that an element takes in a job's kernels, run one after the other, and those of their vector operations
 * alone at peak rate.
 */
function secondsOf(name: JobName, { instructions, roofline }: Results): { readonly kernels: number; readonly vector: number } {
  const seconds = { kernels: 0, vector: 0 };
  for (const [kernel, calls] of Object.entries((JOBS[name] as Job).kernels)) {
    const known: Instructions | undefined = instructions.find((each) => each.kernel === kernel);
    if (!known) throw new Error(`the kernel ${kernel} of ${name} is not counted`);
    seconds.kernels += calls / known.elementsPerSecond;
    seconds.vector += (calls * known.vector) / known.elements / roofline.operations;
  }
  return seconds;
}
