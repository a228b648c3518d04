// Where the benchmark ran.
import { readFileSync } from "node:fs";
import { arch, cpus, release, type } from "node:os";
import type { Machine } from "./record.ts";
import { compilerVersion } from "./yardstick.ts";

export function describeMachine(): Machine {
  const all = cpus();
  return {
    cpu: all[0].model.trim(),
    cores: all.length,
    system: `${distribution()} (${type()} ${release().split("-")[0]}, ${arch()})`,
    node: process.version,
    v8: process.versions.v8,
    compiler: compilerVersion(),
  };
}

function distribution(): string {
  try {
    return /^PRETTY_NAME="?([^"\n]+)/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1] ?? type();
  } catch {
    return type();
  }
}
