// Writes dist/dice-wasm.js: all of it in one file (the loader, the compiled module) for a page without a bundler.
import { readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const root = new URL("../", import.meta.url);
const { version } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));

await build({
  absWorkingDir: new URL(".", root).pathname,
  entryPoints: ["src/index.ts"],
  outfile: "dist/dice-wasm.js",
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  sourcemap: true,
  logLevel: "warning",
  banner: { js: `/*! dice-wasm ${version}, MIT License. Holds @assemblyscript/loader, Apache License 2.0. */` },
});
// for an editor that follows the path of an import
writeFileSync(new URL("dist/dice-wasm.d.ts", root), 'export * from "./index.js";\n');
