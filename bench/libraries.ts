// Libraries from npm that do some of the jobs: installed beside their programs in rivals/, each run in a process of its own.
import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Arrays, Data } from "./job.ts";
import { JOB_NAMES, JOBS, type JobName } from "./jobs/index.ts";

export interface Library {
  readonly title: string;
  /** The file in rivals/libraries, and the argument of its `start`. */
  readonly file: string;
  readonly start?: string;
  readonly jobs: readonly JobName[];
  /** The longest length it is measured at, if longer ones take it many seconds per call. */
  readonly longest?: number;
  /** Whether it does only a part of the job, and so is no rival. */
  readonly part?: true;
}

/** What a file of rivals/libraries exports. */
export interface Program {
  /** Prepares it; returns its version. */
  start(argument?: string): Promise<string>;
  works(job: Data & { readonly name: JobName }, arrays: Arrays): Works | Promise<Works>;
}

export type Works = { readonly [name: string]: () => number | Promise<number> };

const dataOf = (name: JobName): Data => JOBS[name].data;

/** All except masks, which are label maps of two classes, and copies of other jobs with confident logits. */
const OF_TENSORS = JOB_NAMES.filter((name) => name !== "labels1" && !dataOf(name).confident);

export const LIBRARIES: readonly Library[] = [
  { title: "TensorFlow.js wasm", file: "tensorflow", start: "wasm", jobs: OF_TENSORS },
  { title: "TensorFlow.js cpu", file: "tensorflow", start: "cpu", jobs: OF_TENSORS, longest: 2 ** 20 },
  { title: "onnxruntime-web", file: "onnxruntime", jobs: ["dice", "sigmoid"] },
  { title: "ml-distance", file: "ml-distance", jobs: ["squared"] },
  { title: "simsimd", file: "simsimd", jobs: ["dice"], part: true },
];

const FOLDER = fileURLToPath(new URL("rivals/", import.meta.url));

/** Installs them unless the installed ones are up to date; returns whether they are there. */
export function installLibraries(): boolean {
  const changed = (file: string): number => statSync(`${FOLDER}${file}`, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (changed("node_modules/.package-lock.json") >= changed("package-lock.json")) return true;
  try {
    // by the lockfile, as `npm ci` would, which refuses where a mirror lacks the packages of other systems
    execFileSync("npm", ["install", "--no-save", "--no-audit", "--no-fund", "--prefix", FOLDER], { stdio: "inherit" });
    return true;
  } catch (error) {
    console.log(`The libraries of bench/rivals are skipped, for they could not be installed: ${(error as Error).message}`);
    return false;
  }
}

export function programOf({ file }: Library): Promise<Program> {
  return import(new URL(`rivals/libraries/${file}.mjs`, import.meta.url).href);
}
