// What the kernels execute, and how much of their speed is left of each job: the reasons why a job is no faster.
import type { Job } from "./job.ts";
import { JOB_NAMES, JOBS, type JobName } from "./jobs/index.ts";
import { fixed, lengthText, percent } from "./print.ts";
import type { Instructions, Results } from "./record.ts";
import { zeroCopyOf } from "./roof.ts";
import { table } from "./table.ts";

const PER = 16; // elements
const LENGTH = 65536;

export function kernelSpeed({ instructions, roofline, rows }: Results): string {
  if (instructions.length === 0)
    return "The instructions of the kernels are not counted here: it takes Linux on x64, and a C compiler.";
  const { additions, operations } = roofline;
  const counted = table(
    ["kernel", "vector", "loads", "stores", "moves", "scalar", "G elements/s", "G instructions/s", "vector, of the most"],
    instructions.map((each) => {
      const { kernel, elements, elementsPerSecond, vector, loads, stores, moves, scalar } = each;
      const kinds = [vector, loads, stores, moves, scalar];
      const all = kinds.reduce((sum, count) => sum + count, 0);
      return [
        `\`${kernel}\``,
        ...kinds.map((count) => fixed((PER * count) / elements, 1)),
        fixed(elementsPerSecond / 1e9),
        fixed((elementsPerSecond * all) / elements / 1e9, 1),
        percent((elementsPerSecond * vector) / elements / operations),
      ];
    }),
  );
  const cells = JOB_NAMES.map((name) => {
    const { title, kernels }: Job = JOBS[name];
    const row = zeroCopyOf(rows, name, LENGTH);
    const alone = speedOf(name, instructions);
    const parts = Object.entries(kernels).map(([kernel, calls]) => (calls === 1 ? `\`${kernel}\`` : `${calls} \`${kernel}\``));
    return [
      title,
      parts.join(" + "),
      fixed(alone / 1e9),
      row ? fixed(row.elementsPerSecond / 1e9) : "–",
      row ? percent(row.elementsPerSecond / alone) : "–",
    ];
  });
  return `## What the kernels execute

Instructions of V8's code for ${PER} elements, each counted as it was executed ([instructions.ts](instructions.ts), [step.c](step.c)), on ${lengthText(instructions[0].elements)} elements
in the first cache, labels in runs of 16. _Vector_: 128-bit operations, conversions and shuffles among them; _moves_: from register to register; _scalar_: addresses,
conditions, jumps. The most there can be of vector operations in a second is what was measured of integer ones, ${fixed(operations / 1e9)} G; additions of
float32 have ${fixed(additions / 1e9)} G of them, and share their ports with shuffles and conversions. A kernel far below the most waits for the results of
its own operations (powers, logarithms, divisions: chains of dozens), or executes scalars (gathering, tables).

${counted}

What the kernels of a job would take, were they all there is, beside the zero-copy row at ${lengthText(LENGTH)} elements: what is missing is the passing of
arguments, planes and blocks. Softmax is counted with 4 classes. Kernels that work a few times for each block are left out.

${table(["job", "kernels", "G elements/s of them", "measured", "share"], cells)}`;
}

/** The elements a second of a job's kernels, one after the other. */
function speedOf(name: JobName, instructions: readonly Instructions[]): number {
  const { kernels }: Job = JOBS[name];
  const seconds = Object.entries(kernels).map(([kernel, calls]) => {
    const known = instructions.find((each) => each.kernel === kernel);
    if (!known) throw new Error(`the kernel ${kernel} of ${name} is not counted`);
    return calls / known.elementsPerSecond;
  });
  return 1 / seconds.reduce((sum, each) => sum + each, 0);
}
