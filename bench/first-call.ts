// The first call: import, compile, instantiate and compute, in fresh processes.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { FirstCall } from "./record.ts";
import { quantile } from "./timing.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const FIRST = `
const p = new Float32Array(16).fill(0.5);
const start = performance.now();
const { diceCoefficient } = await import("dice-wasm");
const imported = performance.now();
const value = diceCoefficient(p, p);
const called = performance.now();
if (!(value > 0)) throw new Error("not a coefficient");
console.log(JSON.stringify([imported - start, called - imported, called - start]));
`;
const EMPTY = `
const start = performance.now();
await import("data:text/javascript,");
console.log(JSON.stringify([performance.now() - start]));
`;

function fresh(code: string): readonly number[] {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", code], {
    cwd: ROOT,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

export function measureFirstCall(processes: number): FirstCall {
  const firsts: (readonly number[])[] = [];
  const empties: (readonly number[])[] = [];
  for (let i = 0; i < processes; i++) {
    firsts.push(fresh(FIRST));
    empties.push(fresh(EMPTY));
  }
  const median = (runs: readonly (readonly number[])[], column: number): number =>
    quantile(
      runs.map((run) => run[column]),
      0.5,
    );
  return {
    processes,
    importing: median(firsts, 0),
    calling: median(firsts, 1),
    total: median(firsts, 2),
    emptyModule: median(empties, 0),
  };
}
