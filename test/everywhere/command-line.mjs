// A driver for a runtime that takes a program on its command line and prints.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { median } from "../tools.mjs";

const FRESH = 11; // processes of each kind, of which the median is taken

/**
 * @param {{ name: string, engine: string, command: (tools: string) => string, args?: string[], env?: Record<string, string> }} runtime
 */
export function commandLine({ name, engine, command, args = [], env = {} }) {
  return {
    name,
    async run({ app, tools }) {
      const execute = (given, options) =>
        outputOf(command(tools), given, { cwd: app, env: { ...process.env, ...env }, ...options });
      const program = async (file) => JSON.parse(await execute([...args, join(app, file)]));
      const [version] = (await execute(["--version"])).match(/\d+\.\d+\.\d+/);
      const results = await program("battery-run.mjs");
      const starts = [];
      const empties = [];
      for (let i = 0; i < FRESH; i++) {
        starts.push(await program("cold-start.mjs"));
        empties.push(await program("cold-start-empty.mjs"));
      }
      return { version, engine, ...results, coldStart: median(starts), emptyModule: median(empties) };
    },
  };
}

/** What a program prints; it is killed after two minutes. */
async function outputOf(command, args, options) {
  const bounds = { timeout: 120_000, killSignal: "SIGKILL", maxBuffer: 2 ** 26 };
  try {
    return (await promisify(execFile)(command, args, { ...options, ...bounds })).stdout;
  } catch (error) {
    throw new Error(error.killed ? `${args.join(" ")} took longer than two minutes` : `${error.message}\n${error.stdout ?? ""}`);
  }
}
