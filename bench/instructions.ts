// What the kernels consist of: the instructions of V8's code that they execute, counted one by one; and their speed in cache.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Instructions } from "./record.ts";

const FLAGS = ["--no-liftoff", "--no-wasm-lazy-compilation", "--no-wasm-tier-up"];
const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const CALLS = pathOf("kernel-calls.mjs");

type Kind = Exclude<keyof Instructions, "kernel" | "elements" | "elementsPerSecond">;

/** Returns none if there is no C compiler, or another processor or system. */
export function countInstructions(): readonly Instructions[] {
  const folder = mkdtempSync(join(tmpdir(), "dice-wasm-step-"));
  try {
    return process.arch === "x64" && process.platform === "linux" ? countIn(folder) : [];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function countIn(folder: string): readonly Instructions[] {
  const program = join(folder, "step");
  const file = join(folder, "counts");
  if (spawnSync("cc", ["-O2", "-std=c11", "-o", program, pathOf("step.c")]).status !== 0) return [];
  const options = { encoding: "utf8", maxBuffer: 2 ** 28 } as const;
  const stepped = spawnSync(program, [file, process.execPath, ...FLAGS, "--print-wasm-code", CALLS, "step"], options);
  const timed = spawnSync(process.execPath, [...FLAGS, CALLS, "time"], options);
  if (stepped.status !== 0 || timed.status !== 0) return [];
  const { elements, names } = JSON.parse(stepped.stderr) as { elements: number; names: readonly string[] };
  const rates = JSON.parse(timed.stderr) as { readonly [name: string]: number };
  const kinds = kindsOf(stepped.stdout);
  const all = names.map(() => ({ vector: 0, loads: 0, stores: 0, moves: 0, scalar: 0 }));
  for (const line of readFileSync(file, "utf8").trim().split("\n")) {
    const [stretch, address, count] = line.split(" ");
    const kind = kinds.get(address);
    if (kind) all[Number(stretch)][kind] += Number(count);
  }
  return names.map((kernel, i) => ({ kernel, elements, ...all[i], elementsPerSecond: rates[kernel] }));
}

/** The kind of each instruction in V8's listing, by its address. */
function kindsOf(listing: string): ReadonlyMap<string, Kind> {
  const kinds = new Map<string, Kind>();
  for (const [, address, text] of listing.matchAll(/^0x([0-9a-f]+) +[0-9a-f]+ +[0-9a-f]+ +(?:REX\.W )?(.*)$/gm)) {
    kinds.set(address, kindOf(text));
  }
  return kinds;
}

/** The kind of an instruction as V8 writes it, target first. Computing with an operand in memory counts as computing. */
function kindOf(text: string): Kind {
  if (!text.startsWith("v")) return "scalar";
  if (!/^v(mov|broadcast|lddqu)/.test(text)) return "vector";
  if (/^\S+ \[/.test(text)) return "stores";
  return text.includes("[") ? "loads" : "moves";
}
