// What the benchmark records: the vocabulary shared by measuring, judging and reporting.
import type { JobName } from "./jobs/index.ts";

/**
 * Who does the job: plain JavaScript, this package on copied or on resident arrays, another library, one that does only a
 * part of the job, or C.
 */
export type Maker = "plain" | "copied" | "zero-copy" | "library" | "part" | "C";

/** One way of doing a job, timed at one length. */
export interface RowRecord {
  readonly length: number;
  readonly job: JobName;
  readonly maker: Maker;
  readonly name: string;
  /** Median nanoseconds of one call. */
  readonly nanoseconds: number;
  readonly elementsPerSecond: number;
  readonly gigabytesPerSecond: number;
  /** How many times as fast as the best plain JavaScript at the same job: the median over the rounds. */
  readonly ratio: number;
  /** How many times as fast as the same maker at the job that this one is set against. */
  readonly beside?: number;
  /** Interquartile range of all samples over their median. */
  readonly spread: number;
  /** Relative error of the result; for a gradient, of its worst element relative to its largest. 1 for a part of the job. */
  readonly error: number;
  readonly samples: number;
  /** The median of each round. */
  readonly rounds: readonly number[];
}

/** The rows of another host; ratios are to its own plain JavaScript. */
export interface HostRows {
  readonly name: string;
  readonly engine: "V8" | "JavaScriptCore";
  readonly rows: readonly RowRecord[];
}

export interface SumErrors {
  readonly data: string;
  /** The relative error of each sum. */
  readonly errors: readonly number[];
}

export interface Accuracy {
  readonly length: number;
  readonly sums: readonly string[];
  readonly rows: readonly SumErrors[];
}

export interface Crossover {
  /** The least length from which on all lengths searched are won; null if even the longest is lost. */
  readonly length: number | null;
  readonly searched: readonly { readonly length: number; readonly ratio: number }[];
}

/** Copied calls of one job, at several lengths of the same data. */
export interface Growth {
  readonly job: JobName;
  readonly function: string;
  readonly at: readonly { readonly length: number; readonly nanosecondsPerElement: number }[];
}

/** A copied call compared with its bare parts: copying blocks, and the kernel. */
export interface Staging {
  readonly length: number;
  /** The share of their speed that it reaches. */
  readonly share: number;
}

/** What the machine can do. */
export interface Roofline {
  /** 128-bit operations per second in registers: on float32, and on integers. */
  readonly additions: number;
  readonly operations: number;
  /** Gigabytes per second read, by the size of the memory. */
  readonly bandwidth: readonly { readonly bytes: number; readonly webAssembly: number; readonly c: number | null }[];
}

/** What a kernel executes on that many elements in cache, by kind, and how fast. */
export interface Instructions {
  readonly kernel: string;
  readonly elements: number;
  /** 128-bit operations, including conversions and shuffles. */
  readonly vector: number;
  readonly loads: number;
  readonly stores: number;
  /** From register to register. */
  readonly moves: number;
  /** Addresses, conditions, jumps. */
  readonly scalar: number;
  readonly elementsPerSecond: number;
}

/** Milliseconds: medians over fresh processes. */
export interface FirstCall {
  readonly processes: number;
  readonly importing: number;
  readonly calling: number;
  readonly total: number;
  readonly emptyModule: number;
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly system: string;
  readonly node: string;
  readonly v8: string;
  readonly compiler: string | null;
}

export interface Kernel {
  /** The exports that share this function; none if it is only called by others. */
  readonly names: readonly string[];
  readonly bytes: number;
}

export interface Results {
  readonly command: string;
  readonly date: string;
  readonly version: string;
  readonly machine: Machine;
  readonly rows: readonly RowRecord[];
  readonly hosts: readonly HostRows[];
  readonly accuracy: Accuracy;
  readonly crossover: Crossover;
  readonly growth: readonly Growth[];
  readonly staging: readonly Staging[];
  readonly roofline: Roofline;
  readonly instructions: readonly Instructions[];
  readonly firstCall: FirstCall;
  readonly wasmBytes: number;
  /** The bodies of the functions of dice.wasm. */
  readonly kernels: readonly Kernel[];
  /** Linear memory of `allocate(2 ** 20)`, whose arrays take 8 MiB. */
  readonly workspaceBytes: number;
}
