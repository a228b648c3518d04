// Deno, with a script that calls Deno.serve.
import { spawn, spawnSync } from "node:child_process";
import { basename, dirname, join } from "node:path";
import { listening } from "./listening.mjs";

const binary = (tools) => join(tools, ".bin/deno");

export function denoVersion(tools) {
  const { stdout, error } = spawnSync(binary(tools), ["--version"], { encoding: "utf8" });
  if (error) throw error;
  return stdout.match(/^deno (\S+)/)[1];
}

/** Serves a script on a port that is free, with the network as its only permission; see {@link listening}. */
export function serveDeno(tools, script) {
  const child = spawn(binary(tools), ["run", "--no-prompt", "--allow-net=127.0.0.1", "--cached-only", basename(script)], {
    cwd: dirname(script),
    env: {
      ...process.env,
      DENO_SERVE_ADDRESS: "tcp:127.0.0.1:0",
      DENO_DIR: join(dirname(script), ".deno"),
      DENO_NO_UPDATE_CHECK: "1",
      NO_COLOR: "1",
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  return listening(child, child.stderr, (line) => line.match(/^Listening on http:\/\/127\.0\.0\.1:(\d+)/)?.[1]);
}
