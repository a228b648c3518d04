// Other hosts than Node: the same makers, in processes of theirs.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface Host {
  readonly name: string;
  /** What runs the makers. */
  readonly program: string;
}

const BUN = fileURLToPath(new URL("rivals/node_modules/.bin/bun", import.meta.url));

/** Bun, which comes with the libraries of rivals/. */
export function bun(): Host | undefined {
  const { status, stdout } = spawnSync(BUN, ["--version"], { encoding: "utf8" });
  if (status === 0) return { name: `Bun ${stdout.trim()}`, program: BUN };
  console.log("Bun is skipped: it is not in bench/rivals.");
  return undefined;
}
