// All rows of one length, timed in turn.
import { Child } from "./child.ts";
import type { Preparation, Prepared } from "./maker.ts";
import { JOBS, type Job, type Maker, type RowRecord } from "./record.ts";
import { MAKERS } from "./rows.ts";
import { best, type Effort, speedup, type Timed, type Timing, timeTogether } from "./timing.ts";
import { CRow, type Yardstick } from "./yardstick.ts";

interface Entry extends Timed {
  readonly job: Job;
  readonly maker: Maker;
  readonly name: string;
  readonly error: number;
}

export async function measureLength(
  length: number,
  effort: Effort,
  yardsticks: readonly Yardstick[],
): Promise<readonly RowRecord[]> {
  const children = MAKERS.map((maker) => ({ maker, child: new Child("./maker.ts") }));
  const entries: Entry[] = [];
  for (const { maker, child } of children) {
    const preparation: Preparation = { maker, length, effort };
    const prepared = await child.ask<readonly Prepared[]>(preparation);
    entries.push(...prepared.map((row, place): Entry => ({ ...row, maker, sample: () => child.ask(place) })));
  }
  entries.push(...yardsticks.map((yardstick) => new CRow(yardstick, length, effort)));
  // Job by job, so that whatever is compared runs next to each other.
  const jobs = Object.keys(JOBS);
  entries.sort((a, b) => jobs.indexOf(a.job) - jobs.indexOf(b.job));
  const timings = await timeTogether(entries, effort.rounds);
  for (const { child } of children) child.end();
  return entries.map((entry, i) => record(length, entry, timings[i], rivalOf(entry.job, entries, timings)));
}

/** The best plain JavaScript of a job. */
function rivalOf(job: Job, entries: readonly Entry[], timings: readonly Timing[]): Timing {
  return best(timings.filter((_, i) => entries[i].job === job && entries[i].maker === "plain"));
}

function record(length: number, { job, maker, name, error }: Entry, timing: Timing, rival: Timing): RowRecord {
  const elementsPerSecond = (length / timing.median) * 1e9;
  return {
    length,
    job,
    maker,
    name,
    nanoseconds: timing.median,
    elementsPerSecond,
    gigabytesPerSecond: (elementsPerSecond * JOBS[job].bytes) / 1e9,
    ratio: speedup(timing, rival),
    spread: timing.spread,
    error,
    samples: timing.samples,
    rounds: timing.rounds,
  };
}
