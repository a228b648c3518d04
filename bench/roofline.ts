// What the machine can do: how fast it reads memory of every size, and how many vector operations it executes per second.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { serve } from "./child.ts";
import type { Roofline } from "./record.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const PAGE = 65536;
const BYTES_A_SAMPLE = 2 ** 22; // read at least, so that a sample outlasts a tick of the clock
const TURNS = 1e5;
const OPERATIONS_A_TURN = 12;

interface Kernels {
  read(at: number, bytes: number): number;
  add(turns: number, value: number): number;
  operate(turns: number, value: number): number;
}

/** assembly/roofline.ts, compiled, with that many bytes after its first page, all of them written to. */
function kernels(folder: string, bytes: number): Kernels {
  const file = join(folder, "roofline.wasm");
  const compiler = ["node_modules/assemblyscript/bin/asc.js", "assembly/roofline.ts", "--config", "asconfig.json"];
  const { status, stderr } = spawnSync(process.execPath, [...compiler, "--target", "release", "--outFile", file], {
    cwd: ROOT,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  const pages = 1 + Math.ceil(bytes / PAGE);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  new Uint8Array(memory.buffer).fill(1);
  return new WebAssembly.Instance(new WebAssembly.Module(readFileSync(file)), { env: { memory } }).exports as unknown as Kernels;
}

/** The least milliseconds per call. */
function least(work: () => void, calls: number, budget: number): number {
  const end = performance.now() + budget;
  let best = Infinity;
  for (let taken = 0; taken < 5 || performance.now() < end; taken++) {
    const start = performance.now();
    for (let i = 0; i < calls; i++) work();
    best = Math.min(best, (performance.now() - start) / calls);
  }
  return best;
}

/** Gigabytes per second of the reader in C; null if it cannot be compiled. */
function readerInC(folder: string): (bytes: number, budget: number) => number | null {
  const program = join(folder, "read");
  const source = join(ROOT, "bench/read.c");
  const flags = ["-O3", "-std=c11", "-march=native", "-mprefer-vector-width=512"];
  if (spawnSync("cc", [...flags, "-o", program, source]).status !== 0) return () => null;
  return (bytes, budget) => {
    const { status, stdout } = spawnSync(program, [`${bytes}`, `${budget}`], { encoding: "utf8" });
    return status === 0 ? Number(stdout) : null;
  };
}

function measure({ sizes, budget }: { readonly sizes: readonly number[]; readonly budget: number }): Roofline {
  const folder = mkdtempSync(join(tmpdir(), "dice-wasm-roofline-"));
  try {
    const { read, add, operate } = kernels(folder, Math.max(...sizes));
    const inC = readerInC(folder);
    const perSecond = (operation: (turns: number, value: number) => number): number =>
      (TURNS * OPERATIONS_A_TURN * 1e3) / least(() => operation(TURNS, 1), 1, budget);
    const bandwidth = sizes.map((bytes) => {
      const milliseconds = least(() => read(PAGE, bytes), Math.ceil(BYTES_A_SAMPLE / bytes), budget);
      return { bytes, webAssembly: bytes / milliseconds / 1e6, c: inC(bytes, budget) };
    });
    return { additions: perSecond(add), operations: perSecond(operate), bandwidth };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

serve(measure);
