// The rows of one maker at one length, timed when asked. A process for each: what one makes V8 give up (a memory that
// grows slows every typed array of its process) the others do not pay for.
import { serve } from "./child.ts";
import type { Job } from "./record.ts";
import { candidates, type JavaScript } from "./rows.ts";
import { type Effort, Row } from "./timing.ts";

/** The first question. */
export interface Preparation {
  readonly maker: JavaScript;
  readonly length: number;
  readonly effort: Effort;
}

/** The answer to it; from then on questions are places in this list, and answers their samples. */
export interface Prepared {
  readonly job: Job;
  readonly name: string;
  readonly error: number;
}

let rows: readonly Row[] = [];

function prepare({ maker, length, effort }: Preparation): readonly Prepared[] {
  const here = candidates(maker, length);
  const prepared = here.map(({ job, name, error }) => ({ job, name, error: error() }));
  rows = here.map(({ call }) => new Row(call, effort));
  globalThis.gc?.();
  return prepared;
}

serve<Preparation | number>((question) => (typeof question === "number" ? rows[question].sample() : prepare(question)));
