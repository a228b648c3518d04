// The rows of one library, timed on request: the process behind a Library.
import { serve } from "./child.ts";
import { makeArrays } from "./data.ts";
import type { Arrays, Job } from "./job.ts";
import { JOBS } from "./jobs/index.ts";
import { type Library, programOf, type Works } from "./libraries.ts";
import type { Preparation, Prepared } from "./maker.ts";
import { errorOf } from "./reference.ts";
import { AsyncRow, changing, type Effort, Row } from "./timing.ts";

/** The question that begins a length. */
export interface LibraryPreparation extends Omit<Preparation, "maker"> {
  readonly library: Library;
}

let rows: (AsyncRow | Row)[] = [];
let version: Promise<string> | undefined;

async function prepare({ library, job: name, length, effort, sums }: LibraryPreparation): Promise<readonly Prepared[]> {
  const job: Job = JOBS[name];
  const program = await programOf(library);
  version ??= program.start(library.start);
  const called = `${library.title} ${await version}`;
  const arrays = makeArrays(job.data, length);
  const works = await program.works({ name, ...job.data }, arrays);
  rows = [];
  const prepared: Prepared[] = [];
  for (const [way, work] of Object.entries(works)) {
    const first = work();
    rows.push(rowOf(work, first instanceof Promise, arrays, effort));
    prepared.push({ name: `${called}, ${way}`, error: errorOf(await first, job, arrays, sums) });
  }
  return prepared;
}

/** A row looped over as ours are, unless its calls return promises. */
function rowOf(work: Works[string], isAsync: boolean, arrays: Arrays, effort: Effort): AsyncRow | Row {
  if (isAsync) return new AsyncRow(work as () => Promise<number>, effort);
  return new Row(work as () => number, changing(arrays), effort);
}

serve<LibraryPreparation | number>((question) => (typeof question === "number" ? rows[question].sample() : prepare(question)));
