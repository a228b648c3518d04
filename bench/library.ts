// The rows of one library, timed when asked: the process of a Library.
import { serve } from "./child.ts";
import { makeArrays } from "./data.ts";
import { JOBS } from "./jobs/index.ts";
import { type Library, programOf } from "./libraries.ts";
import type { Preparation, Prepared } from "./maker.ts";
import { relativeError } from "./reference.ts";
import { AsyncRow } from "./timing.ts";

/** The question that begins a length. */
export interface LibraryPreparation extends Omit<Preparation, "maker"> {
  readonly library: Library;
}

let rows: readonly AsyncRow[] = [];
let version: Promise<string> | undefined;

async function prepare({ library, job: name, length, effort, sums }: LibraryPreparation): Promise<readonly Prepared[]> {
  const job = JOBS[name];
  const program = await programOf(library);
  version ??= program.start(library.start);
  const called = `${library.title} ${await version}`;
  const works = await program.works({ name, classes: job.data.classes }, makeArrays(job.data, length));
  rows = Object.values(works).map((work) => new AsyncRow(work, effort));
  const prepared: Prepared[] = [];
  for (const [place, way] of Object.keys(works).entries()) {
    const error = relativeError(await rows[place].once(), job.value(sums));
    prepared.push({ name: `${called}, ${way}`, error });
  }
  return prepared;
}

serve<LibraryPreparation | number>((question) => (typeof question === "number" ? rows[question].sample() : prepare(question)));
