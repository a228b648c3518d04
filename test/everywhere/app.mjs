// A user's app: the packed tarball installed in a temporary directory, with the battery and the programs beside it.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { npm, pack, root } from "../tools.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));

/** Makes the app; gives its directory and the tarball. */
export function makeApp() {
  const app = mkdtempSync(join(tmpdir(), "dice-wasm-everywhere-"));
  const tarball = pack(app);
  writeFileSync(join(app, "package.json"), '{ "private": true, "type": "module" }\n');
  npm(app, "install", "--no-audit", "--no-fund", tarball);
  cpSync(join(here, "programs"), app, { recursive: true });
  // one file, for runtimes that are handed theirs one by one
  const bundle = ["--bundle", "--format=esm", "--log-level=warning", `--outfile=${join(app, "battery.mjs")}`];
  const [esbuild, battery] = [join(root, "node_modules/.bin/esbuild"), join(here, "battery.mjs")];
  execFileSync(esbuild, [battery, ...bundle], { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  return { app, tarball };
}
