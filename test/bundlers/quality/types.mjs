// The types: every TypeScript that people use, strictly, with and without the browser's, and both ways of resolving modules.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { check } from "../checks.mjs";
import { here, versionOf } from "../room.mjs";

const COMPILERS = ["typescript-5.4", "typescript-5.9", "typescript-6", "typescript-7"];
const LIBRARIES = { "without dom": ["es2022"], "with dom": ["es2022", "dom"] };
const RESOLUTIONS = { nodenext: "nodenext", bundler: "esnext" }; // and the module format of each

export async function checkTypes(app) {
  for (const compiler of COMPILERS) {
    for (const [library, lib] of Object.entries(LIBRARIES)) {
      for (const [moduleResolution, module] of Object.entries(RESOLUTIONS)) {
        const options = { target: "es2022", lib, module, moduleResolution, strict: true, types: [], noEmit: true };
        const name = `TypeScript ${versionOf(compiler)}, ${moduleResolution}, ${library}`;
        await check(name, () => compile(compiler, app, name, "consumer.ts", options));
      }
    }
    if (compiler === "typescript-5.4") continue; // which knows no Float16Array
    const options = { target: "es2022", lib: ["esnext"], module: "nodenext", strict: true, types: [], noEmit: true };
    const name = `TypeScript ${versionOf(compiler)}, Float16Array`;
    await check(name, () => compile(compiler, app, name, "halves.ts", options));
  }
}

function compile(compiler, app, name, file, compilerOptions) {
  const folder = join(app, "types", name.replaceAll(/\W+/g, "-"));
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(here, "quality", file), join(folder, file));
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: [file] }));
  const tsc = join(here, "node_modules", compiler, "bin/tsc");
  try {
    execFileSync(process.execPath, [tsc, "-p", folder], { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    throw new Error(error.stdout || error.stderr || error.message);
  }
}
