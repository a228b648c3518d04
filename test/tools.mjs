// What the matrix of runtimes and the checks of bundlers share.
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { statSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** Runs npm, and shows what it said only where it failed. */
export function npm(cwd, ...args) {
  try {
    return execFileSync("npm", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    throw new Error(`npm ${args[0]} failed: ${error.stderr || error.message}`);
  }
}

/** Packs what has been built, into a folder; gives the path of the tarball. */
export function pack(folder) {
  const report = JSON.parse(npm(root, "pack", "--ignore-scripts", "--json", "--pack-destination", folder));
  const [{ filename }] = Array.isArray(report) ? report : Object.values(report);
  return join(folder, filename);
}

/** Installs the tools of a folder where they are absent or older than its lockfile; gives where. */
export function installTools(folder) {
  const tools = join(folder, "node_modules");
  const installed = statSync(join(tools, ".package-lock.json"), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  // by the lockfile, as `npm ci` would, which refuses where a mirror lacks the packages of other systems
  const install = ["install", "--no-save", "--no-audit", "--no-fund", "--prefix", folder];
  if (installed < statSync(join(folder, "package-lock.json")).mtimeMs) execFileSync("npm", install, { stdio: "inherit" });
  return tools;
}

export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** What a promise gives; an error that says `late()` where it takes longer. */
export async function within(milliseconds, promise, late) {
  let timer;
  const silence = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(late())), milliseconds);
  });
  return Promise.race([promise, silence]).finally(() => clearTimeout(timer));
}

export function median(times) {
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
}
