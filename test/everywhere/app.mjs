// A user's app: the packed tarball installed in a temporary directory, with the battery and the programs beside it.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = join(here, "../..");

/** Installs the runtimes where they are not yet, or are others; gives where. */
export function installTools() {
  const tools = join(here, "node_modules");
  const installed = statSync(join(tools, ".package-lock.json"), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  // by the lockfile, as `npm ci` would, which refuses where a mirror lacks the packages of other systems
  const install = ["install", "--no-save", "--no-audit", "--no-fund", "--prefix", here];
  if (installed < statSync(join(here, "package-lock.json")).mtimeMs) run("npm", install, { stdio: "inherit" });
  return tools;
}

/** Makes the app; gives its directory and the tarball. */
export function makeApp() {
  const app = mkdtempSync(join(tmpdir(), "dice-wasm-everywhere-"));
  const [packed] = Object.values(JSON.parse(run("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", app])));
  const tarball = join(app, packed.filename);
  writeFileSync(join(app, "package.json"), '{ "private": true, "type": "module" }\n');
  run("npm", ["install", "--no-audit", "--no-fund", tarball], { cwd: app });
  cpSync(join(here, "programs"), app, { recursive: true });
  // one file, for runtimes that are handed theirs one by one
  const bundle = ["--bundle", "--format=esm", "--log-level=warning", `--outfile=${join(app, "battery.mjs")}`];
  run(join(root, "node_modules/.bin/esbuild"), [join(here, "battery.mjs"), ...bundle]);
  return { app, tarball };
}

function run(command, args, options) {
  return execFileSync(command, args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"], ...options });
}
