// A user's app: the packed tarball installed in a temporary directory, with the battery and the programs beside it.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = join(here, "../..");

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
