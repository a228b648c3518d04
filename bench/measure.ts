// All rows of a job, timed in turn, length by length, together with those of a job that is set against it.
import { type Answering, Child } from "./child.ts";
import { makeArrays } from "./data.ts";
import type { Host } from "./hosts.ts";
import { elementsOf, type Job } from "./job.ts";
import { JOBS, type JobName } from "./jobs/index.ts";
import type { Library } from "./libraries.ts";
import type { LibraryPreparation } from "./library.ts";
import type { Preparation, Prepared } from "./maker.ts";
import type { Maker, RowRecord } from "./record.ts";
import { exactSums, type Sums } from "./reference.ts";
import { type JavaScript, MAKERS } from "./rows.ts";
import { best, type Effort, speedup, type Timed, type Timing, timeTogether } from "./timing.ts";
import { CRow, type Yardstick } from "./yardstick.ts";

/** Libraries are slow, so they are measured only at some lengths. */
const LIBRARY_LENGTHS = [1024, 4096, 16384, 2 ** 20, 2 ** 24];

interface Entry extends Timed {
  readonly job: JobName;
  readonly maker: Maker;
  readonly name: string;
  readonly error: number;
}

/** Jobs that are timed together. */
export type Group = readonly JobName[];

/** Each job with those that are set against it. */
export function groupsOf(names: readonly JobName[]): readonly Group[] {
  const besideOf = (name: JobName): string | undefined => JOBS[name].beside?.[0];
  const first = names.filter((name) => besideOf(name) === undefined);
  return first.map((name) => [name, ...names.filter((other) => besideOf(other) === name)]);
}

/** The makers of a group's jobs, each in a process of its own. */
export class Makers {
  private readonly children: readonly { readonly job: JobName; readonly maker: JavaScript; readonly child: Answering }[];
  private readonly libraries: readonly { readonly job: JobName; readonly library: Library; readonly child: Child }[];
  private readonly yardsticks: readonly Yardstick[];

  /**
   * @param libraries of these, those that do a job of the group are measured too
   * @param host where the makers run; this Node by default
   */
  constructor(group: Group, yardsticks: readonly Yardstick[], libraries: readonly Library[], host?: Host) {
    const makerOf = (job: JobName, maker: JavaScript) => ({
      job,
      maker,
      child: host ? host.maker() : new Child("./maker-process.ts"),
    });
    this.children = group.flatMap((job) => MAKERS.map((maker) => makerOf(job, maker)));
    this.libraries = group.flatMap((job) =>
      libraries.filter(({ jobs }) => jobs.includes(job)).map((library) => ({ job, library, child: new Child("./library.ts") })),
    );
    this.yardsticks = group.includes("dice") ? yardsticks : [];
  }

  async measure(length: number, effort: Effort): Promise<readonly RowRecord[]> {
    const entries: Entry[] = [];
    for (const { job, maker, child } of this.children) {
      const preparation: Preparation = { job, maker, length, effort, sums: sumsOf(job, length) };
      const prepared = await child.ask<readonly Prepared[]>(preparation);
      entries.push(...prepared.map((row, place): Entry => ({ ...row, job, maker, sample: () => child.ask(place) })));
    }
    if (LIBRARY_LENGTHS.includes(length)) entries.push(...(await this.prepareLibraries(length, effort)));
    for (const yardstick of this.yardsticks) entries.push(new CRow(yardstick, length, effort, sumsOf("dice", length)));
    const timings = await timeTogether(entries, effort.rounds);
    return entries.map((entry, i) => record(length, entry, timings[i], entries, timings));
  }

  private async prepareLibraries(length: number, effort: Effort): Promise<readonly Entry[]> {
    const entries: Entry[] = [];
    for (const { job, library, child } of this.libraries) {
      if (length > (library.longest ?? Infinity)) continue;
      const preparation: LibraryPreparation = { library, job, length, effort, sums: sumsOf(job, length) };
      const prepared = await child.ask<readonly Prepared[]>(preparation);
      const maker = library.part ? "part" : "library";
      entries.push(...prepared.map((row, place): Entry => ({ ...row, job, maker, sample: () => child.ask(place) })));
    }
    return entries;
  }

  async end(): Promise<void> {
    for (const { child } of [...this.children, ...this.libraries]) await child.end();
  }
}

const known = new Map<string, readonly Sums[]>();

/** The exact sums of a job's data. */
function sumsOf(job: JobName, length: number): readonly Sums[] {
  const key = `${job} ${length}`;
  const sums = known.get(key) ?? exactSums(JOBS[job], makeArrays(JOBS[job].data, length));
  known.set(key, sums);
  return sums;
}

function record(length: number, entry: Entry, timing: Timing, entries: readonly Entry[], timings: readonly Timing[]): RowRecord {
  const { job, maker, name, error } = entry;
  const { data, bytes, beside }: Job = JOBS[job];
  const timingsOf = (ofJob: string, by: Maker): readonly Timing[] =>
    timings.filter((_, i) => entries[i].job === ofJob && entries[i].maker === by);
  const elementsPerSecond = (elementsOf(data, length) / timing.median) * 1e9;
  return {
    length,
    job,
    maker,
    name,
    nanoseconds: timing.median,
    elementsPerSecond,
    gigabytesPerSecond: (elementsPerSecond * bytes) / 1e9,
    ratio: speedup(timing, best(timingsOf(job, "plain"))),
    ...(beside && maker !== "plain" && { beside: speedup(timing, best(timingsOf(beside[0], maker))) }),
    spread: timing.spread,
    error,
    samples: timing.samples,
    rounds: timing.rounds,
  };
}
