// What every check here begins with: the tools, and a folder in which the packed tarball is installed as a user would.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { npm, pack } from "../tools.mjs";

export const here = fileURLToPath(new URL(".", import.meta.url));

/** The version of an installed tool. */
export function versionOf(tool) {
  return JSON.parse(readFileSync(join(here, "node_modules", tool, "package.json"), "utf8")).version;
}

/**
 * A new app with the tarball installed. It lies below this folder, so that it finds the tools as its own, and never
 * the sources: the nearest `dice-wasm` is the one that came out of the tarball. It goes when the process does.
 */
export function makeApp() {
  const app = mkdtempSync(join(here, ".app-"));
  process.on("exit", () => rmSync(app, { recursive: true, force: true }));
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));
  writeFileSync(join(app, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const tarball = pack(app);
  npm(app, "install", "--no-audit", "--no-fund", "--no-save", "--no-package-lock", tarball);
  return { app, tarball, installed: join(app, "node_modules/dice-wasm") };
}
