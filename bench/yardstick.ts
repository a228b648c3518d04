// The C yardstick, compiled when the benchmark runs, or skipped where that is not possible.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { diceOf, relativeError, type Sums } from "./reference.ts";
import type { Effort, Timed } from "./timing.ts";

export interface Yardstick {
  readonly name: string;
  readonly program: string;
}

const SOURCE = fileURLToPath(new URL("./yardstick.c", import.meta.url));
const COMMON = ["-O3", "-ffast-math", "-std=c11"];
const TARGETS = [
  { name: "SSE", flags: ["-msse4.2"] },
  { name: "AVX2", flags: ["-mavx2", "-mfma"] },
  { name: "native", flags: ["-march=native", "-mprefer-vector-width=512"] },
];

/** The first line of the compiler's `--version`; null if there is none. */
export function compilerVersion(): string | null {
  const { status, stdout } = spawnSync("cc", ["--version"], { encoding: "utf8" });
  return status === 0 ? stdout.split("\n")[0] : null;
}

/** The yardsticks that this machine can compile and run, in the folder given. */
export function compileYardsticks(folder: string): readonly Yardstick[] {
  if (compilerVersion() === null) {
    console.log("No C compiler (cc): the C yardsticks are skipped.");
    return [];
  }
  const made: Yardstick[] = [];
  for (const { name, flags } of TARGETS) {
    const program = join(folder, name);
    const compiled = spawnSync("cc", [...COMMON, ...flags, "-o", program, SOURCE]).status === 0;
    const vectors = compiled ? run(program, ["16", "0", "1"])?.[0] : undefined;
    if (vectors === undefined) console.log(`This machine cannot compile and run C ${name}: skipped.`);
    else made.push({ name: vectors === name ? `C ${name}` : `C ${name} (${vectors})`, program });
  }
  return made;
}

function run(program: string, input: readonly string[]): readonly string[] | undefined {
  const { status, stdout } = spawnSync(program, input, { encoding: "utf8", maxBuffer: 2 ** 26 });
  return status === 0 ? stdout.trim().split("\n") : undefined;
}

/** A yardstick at one length: each sample is a process that times itself. */
export class CRow implements Timed {
  readonly job = "dice";
  readonly maker = "C";
  readonly name: string;
  /** Relative error of its coefficient. */
  readonly error: number;
  private readonly program: string;
  private readonly input: readonly string[];

  constructor({ name, program }: Yardstick, length: number, { milliseconds, samples }: Effort, sums: readonly Sums[]) {
    this.name = name;
    this.program = program;
    this.input = [`${length}`, `${milliseconds}`, `${samples}`];
    this.error = relativeError(this.run().dice, diceOf(sums));
  }

  sample(): readonly number[] {
    return this.run().nanoseconds;
  }

  private run(): { readonly dice: number; readonly nanoseconds: readonly number[] } {
    const lines = run(this.program, this.input);
    if (!lines) throw new Error(`${this.name} failed`);
    const [, dice, ...nanoseconds] = lines.map(Number);
    return { dice, nanoseconds };
  }
}
