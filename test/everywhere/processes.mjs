// What a runtime leaves running: every process that comes of this one carries its mark, whoever its parent is by then.
import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";

const NAME = "DICE_WASM_EVERYWHERE";
const VALUE = randomUUID();
const GRACE = 3_000; // milliseconds for what has been told to end

/** Marks the processes that are started from now on. */
export function markProcesses() {
  process.env[NAME] = VALUE;
}

/** Kills the marked processes that do not end by themselves; gives what they were. */
export async function endLeftProcesses() {
  for (let waited = 0; waited < GRACE && marked().length > 0; waited += 100) await setTimeout(100);
  return killMarked();
}

/** Kills every marked process; gives what they were. */
export function killMarked() {
  return marked().map((pid) => {
    const name = read(`/proc/${pid}/comm`).trim();
    try {
      process.kill(pid, "SIGKILL");
    } catch {} // ended just now
    return `${name} (${pid})`;
  });
}

function marked() {
  const pids = existsSync("/proc") ? readdirSync("/proc").filter((name) => /^\d+$/.test(name)) : [];
  const isMarked = (pid) => read(`/proc/${pid}/environ`).split("\0").includes(`${NAME}=${VALUE}`);
  return pids.map(Number).filter((pid) => pid !== process.pid && isMarked(pid));
}

/** A file of a process, which may have ended meanwhile or be another user's. */
function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
