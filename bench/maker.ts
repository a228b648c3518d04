// The rows of one maker of one job, timed on request, in a process or in a page of a browser.

import { JOBS, type JobName } from "./jobs/index.ts";
import { errorOf, type Sums } from "./reference.ts";
import { candidates, type JavaScript } from "./rows.ts";
import { type Effort, Row } from "./timing.ts";

/** The question that begins a length. */
export interface Preparation {
  readonly job: JobName;
  readonly maker: JavaScript;
  readonly length: number;
  readonly effort: Effort;
  /** The exact sums of each class. */
  readonly sums: readonly Sums[];
}

/** The answer to it. Until the next, questions are indices into this list, and answers their samples. */
export interface Prepared {
  readonly name: string;
  readonly error: number;
}

let rows: readonly Row[] = [];

function prepare({ job: jobName, maker, length, effort, sums }: Preparation): readonly Prepared[] {
  const job = JOBS[jobName];
  const fresh = rows.length === 0;
  rows = [];
  const here = candidates(job, maker, length);
  rows = here.map(({ work, arrays }) => new Row(work, arrays, effort, fresh));
  const prepared = here.map(({ name, arrays }, place) => ({ name, error: errorOf(rows[place].once(), job, arrays, sums) }));
  globalThis.gc?.();
  return prepared;
}

export function answer(question: Preparation | number): readonly number[] | readonly Prepared[] {
  return typeof question === "number" ? rows[question].sample() : prepare(question);
}
