// Timing: many short turns in rounds, so that whatever disturbs a shared machine disturbs all rows alike.
import { Bench, type Samples } from "tinybench";
import type { Arrays, Work } from "./job.ts";

/** Something that can be timed: several samples, each the nanoseconds of one call. */
export interface Timed {
  sample(): readonly number[] | Promise<readonly number[]>;
}

export interface Effort {
  readonly rounds: number;
  /** Milliseconds per row and round. */
  readonly milliseconds: number;
  /** The least number of samples per row and round. */
  readonly samples: number;
  /** Milliseconds without a faster call after which a row counts as warm, in a fresh process. */
  readonly patience: number;
}

interface Rounds {
  /** The median of each round. */
  readonly rounds: readonly number[];
}

export interface Timing extends Rounds {
  readonly median: number;
  /** Interquartile range over the median. */
  readonly spread: number;
  readonly samples: number;
}

/**
 * Milliseconds of a sample, at least: beside it the timer's cost is negligible, and so are its ticks, which are coarse in
 * browsers.
 */
const LEAST_SAMPLE = Math.max(0.05, 100 * tick());
const STRETCH = 10; // milliseconds of warming up between two looks at a row
const FASTER = 0.97; // a call counts as faster below this share of the best before
const PATIENCE = 30; // milliseconds, in a process that did the same before at another length

/** The least milliseconds that the clock can resolve. */
function tick(): number {
  let least = Infinity;
  for (let i = 0; i < 20; i++) {
    const start = performance.now();
    let now = start;
    while (now === start) now = performance.now();
    least = Math.min(least, now - start);
  }
  return least;
}

/** Takes in every result, so that no call can be optimised away. */
let sink = 0;

/**
 * A loop with code of its own. One loop shared by all rows would call through a site that has seen them all, which V8
 * neither predicts nor inlines; the comment in the source keeps V8 from sharing the code and what it has learnt.
 */
function loopOver(work: Work, arrays: Arrays): (calls: number) => number {
  loops++;
  const call = "work(arrays.prediction, arrays.target, arrays.gradient)";
  const source = `/* ${loops} */ return (calls) => { let sum = 0; for (let i = 0; i < calls; i++) sum += ${call}; return sum; };`;
  return new Function("work", "arrays", source)(work, arrays);
}
let loops = 0;

/**
 * The same arrays, in fields that V8 has seen change. Otherwise it would compile each row for these very arrays, with
 * their addresses and lengths as constants: plain loops gain up to 1.6 times by that, and no program's arrays are
 * constants.
 */
export function changing<Arrays extends object>(arrays: Arrays): Arrays {
  const held: Partial<Arrays> = { ...arrays };
  for (const name in held) held[name] = undefined;
  return Object.assign(held, arrays);
}

/** A row in this process, timed by tinybench; short calls are looped over, a loop counting as one sample. */
export class Row implements Timed {
  private readonly loop: (calls: number) => number;
  private readonly effort: Effort;
  private readonly patience: number;
  private calls = 0;

  constructor(work: Work, arrays: Arrays, effort: Effort, fresh = true) {
    this.loop = loopOver(work, arrays);
    this.effort = effort;
    this.patience = fresh ? effort.patience : Math.min(PATIENCE, effort.patience);
  }

  /** What the work returns. */
  once(): number {
    return this.loop(1);
  }

  sample(): readonly number[] {
    const first = this.calls === 0;
    if (first) this.calls = this.callsPerSample();
    const { calls, effort } = this;
    const bench = new Bench({
      time: effort.milliseconds,
      iterations: effort.samples,
      warmupTime: 1,
      warmupIterations: 1,
      retainSamples: true,
      throws: true,
    });
    const work = (): void => {
      sink += this.loop(calls);
    };
    bench.add("row", work, { async: false }).runSync();
    if (Number.isNaN(sink)) throw new Error("a row gave NaN");
    return samplesOf(bench).map((milliseconds) => (milliseconds * 1e6) / calls);
  }

  /** The number of calls that last long enough for a sample, once they are compiled. */
  private callsPerSample(): number {
    this.warm();
    let calls = 1;
    while (Math.min(this.time(calls), this.time(calls)) < LEAST_SAMPLE) calls *= 2;
    return calls;
  }

  /** Calls until calls get no faster: V8 compiles in tiers, on threads that may have to wait for a core. */
  private warm(): void {
    let best = Infinity;
    let lastFaster = performance.now();
    while (performance.now() - lastFaster < this.patience) {
      const fastest = this.fastestOfStretch();
      if (fastest < FASTER * best) lastFaster = performance.now();
      best = Math.min(best, fastest);
    }
  }

  private fastestOfStretch(): number {
    const end = performance.now() + STRETCH;
    let fastest = Infinity;
    while (performance.now() < end) fastest = Math.min(fastest, this.time(1));
    return fastest;
  }

  private time(calls: number): number {
    const start = performance.now();
    sink += this.loop(calls);
    return performance.now() - start;
  }
}

/** A row of another library whose calls return promises: each is a sample. */
export class AsyncRow implements Timed {
  private readonly work: () => Promise<number>;
  private readonly effort: Effort;
  private warm = false;

  constructor(work: () => Promise<number>, effort: Effort) {
    this.work = work;
    this.effort = effort;
  }

  async sample(): Promise<readonly number[]> {
    const { milliseconds, samples, patience } = this.effort;
    const bench = new Bench({
      time: milliseconds,
      iterations: samples,
      warmupTime: this.warm ? 1 : patience,
      warmupIterations: 1,
      retainSamples: true,
      throws: true,
    });
    this.warm = true;
    const work = async (): Promise<void> => {
      sink += await this.work();
    };
    await bench.add("row", work, { async: true }).run();
    return samplesOf(bench).map((each) => each * 1e6);
  }
}

function samplesOf(bench: Bench): Samples {
  const result = bench.tasks[0].result;
  if (!("latency" in result) || !result.latency.samples) throw new Error(`tinybench ended as "${result.state}"`);
  return result.latency.samples;
}

/** Times all rows in turn, round after round. */
export async function timeTogether(all: readonly Timed[], rounds: number): Promise<readonly Timing[]> {
  const samples: number[][] = all.map(() => []);
  const medians: number[][] = all.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, timed] of all.entries()) {
      const taken = await timed.sample();
      samples[i].push(...taken);
      medians[i].push(quantile(taken, 0.5));
    }
  }
  return all.map((_, i) => ({
    median: quantile(samples[i], 0.5),
    spread: (quantile(samples[i], 0.75) - quantile(samples[i], 0.25)) / quantile(samples[i], 0.5),
    samples: samples[i].length,
    rounds: medians[i],
  }));
}

/** How many times as fast `fast` is as `slow`: the median over the rounds, in each of which both ran. */
export function speedup(fast: Rounds, slow: Rounds): number {
  return quantile(
    fast.rounds.map((nanoseconds, round) => slow.rounds[round] / nanoseconds),
    0.5,
  );
}

export function best(timings: readonly Timing[]): Timing {
  return timings.reduce((least, timing) => (timing.median < least.median ? timing : least));
}

/** A quantile, with linear interpolation between neighbours. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.ceil(at);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}
