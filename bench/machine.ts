// Where the benchmark ran.
import { readFileSync } from "node:fs";
import { arch, cpus, release, type } from "node:os";
import type { Machine } from "./record.ts";
import { compilerVersion } from "./yardstick.ts";

export function describeMachine(): Machine {
  return {
    cpu: processor(),
    cores: cpus().length,
    system: `${distribution()} (${type()} ${release().split("-")[0]}, ${arch()})`,
    node: process.version,
    v8: process.versions.v8,
    compiler: compilerVersion(),
  };
}

/** The name of the processor and, as hosts of virtual machines leave out which it is, its family and model on Linux. */
function processor(): string {
  const name = cpus()[0].model.trim();
  const [, family, model] = /^cpu family\s*: (\d+)\nmodel\s*: (\d+)/m.exec(read("/proc/cpuinfo")) ?? [];
  return family ? `${name} (family ${family}, model ${model})` : name;
}

function distribution(): string {
  return /^PRETTY_NAME="?([^"\n]+)/m.exec(read("/etc/os-release"))?.[1] ?? type();
}

/** A file of this system, empty where there is none. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
