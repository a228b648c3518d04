// Writes dist/dice-wasm.js: everything in one file (the loader, the compiled module), for a page without a bundler, and
// for Node, Deno and Bun, where each further file adds a millisecond to the import.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

const root = new URL("../", import.meta.url);
const read = (path) => readFileSync(new URL(path, root));
const { version } = JSON.parse(read("package.json"));

// Decoded by the host where possible: a loop in code that has never run takes longer than all the rest of a first call.
const contents = `const base64 = "${read("dist/dice.wasm").toString("base64")}";
export function wasm() {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64);
  if (typeof Buffer === "function") return Buffer.from(base64, "base64");
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}`;
const inlining = {
  name: "door",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^#wasm$/ }, () => ({ path: "wasm", namespace: "door" }));
    onLoad({ filter: /^wasm$/, namespace: "door" }, () => ({ contents }));
  },
};

const OUTFILE = "dist/dice-wasm.js";
const target = "es2022";

const { outputFiles } = await build({
  absWorkingDir: fileURLToPath(root),
  entryPoints: ["src/index.ts"],
  outfile: OUTFILE,
  write: false,
  bundle: true,
  format: "esm",
  target,
  plugins: [inlining],
  minifyWhitespace: true,
  minifySyntax: true,
  sourcemap: "inline",
  logLevel: "warning",
  banner: { js: `/*! dice-wasm ${version}, MIT License. Holds @assemblyscript/loader, Apache License 2.0. */` },
});
// Function names stay, as they appear in messages and traces; variable names are shortened, which saves 0.3 ms of an
// import. esbuild does that only for a script, so what makes it a module is removed meanwhile.
const whole = outputFiles[0].text;
const [exported] = whole.match(/export\{[^{}]*\};(?=\n\/\/# sourceMappingURL=)/);
const { code, map } = await transform(whole.replace(exported, ""), {
  minify: true,
  lineLimit: 200, // Node prints the whole line that an error is thrown in
  target,
  sourcemap: "external",
  sourcefile: OUTFILE,
});
writeFileSync(new URL(OUTFILE, root), `${code}${exported}\n//# sourceMappingURL=dice-wasm.js.map\n`);
writeFileSync(new URL(`${OUTFILE}.map`, root), map);
// for editors that follow the path of an import
writeFileSync(new URL("dist/dice-wasm.d.ts", root), 'export * from "./index.js";\n');
