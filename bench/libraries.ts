// Libraries from npm that do some of the jobs: installed beside their programs in rivals/, a process for each.
import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Arrays } from "./job.ts";
import type { JobName } from "./jobs/index.ts";

export interface Library {
  readonly title: string;
  /** The file of rivals/libraries, and what its `start` is given. */
  readonly file: string;
  readonly start?: string;
  readonly jobs: readonly JobName[];
  /** Whether it does a part of the job alone, and is no rival. */
  readonly part?: true;
}

/** What a file of rivals/libraries exports. */
export interface Program {
  /** Makes it ready; gives its version. */
  start(argument?: string): Promise<string>;
  works(job: { readonly name: JobName; readonly classes: number }, arrays: Arrays): Works | Promise<Works>;
}

export type Works = { readonly [name: string]: () => number | Promise<number> };

const OF_TENSORS: readonly JobName[] = [
  "dice",
  "gradient",
  "squared",
  "minimum",
  "threshold",
  "mask",
  "sigmoid",
  "softmax2",
  "softmax4",
  "softmax20",
  "onehot2",
  "onehot4",
  "onehot20",
];

export const LIBRARIES: readonly Library[] = [
  { title: "TensorFlow.js wasm", file: "tensorflow", start: "wasm", jobs: OF_TENSORS },
  { title: "TensorFlow.js cpu", file: "tensorflow", start: "cpu", jobs: OF_TENSORS },
  { title: "onnxruntime-web", file: "onnxruntime", jobs: ["dice", "sigmoid"] },
  { title: "ml-distance", file: "ml-distance", jobs: ["squared"] },
  { title: "simsimd", file: "simsimd", jobs: ["dice"], part: true },
];

const FOLDER = fileURLToPath(new URL("rivals/", import.meta.url));

/** Installs them where they are not yet, or are others; says whether they are there. */
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
