// How many bytes a user takes on: measured of the build, written to bench/SIZES.md, and held to a budget.

import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { gzip, markdown, printTable } from "../tables.mjs";
import { pack, root } from "../tools.mjs";
import { check, close, expect } from "./checks.mjs";

/** Bytes after gzip -9, the module and the loader included: what is wished for, and what is the most that passes. */
const BUDGET = { everything: { wished: 12 * 1024, most: 24.375 * 1024 }, diceLoss: { wished: 7 * 1024, most: 15.6875 * 1024 } };

const read = (path) => readFileSync(join(root, path));

/** What a bundler makes of some exports of a file. */
async function minified(contents, external = []) {
  const stdin = { contents, resolveDir: root };
  const options = { stdin, external, bundle: true, minify: true, format: "esm", write: false, logLevel: "error" };
  const { outputFiles } = await build(options);
  return outputFiles[0].contents;
}

const row = (name, bytes) => [name, `${bytes.length}`, `${gzip(bytes)}`];
const HERE = '"./dist/index.js"';
const NAMES = Object.keys(await import(pathToFileURL(join(root, "dist/index.js")).href)).sort();

const parts = [
  row("dice.wasm", read("dist/dice.wasm")),
  row("the same inlined as text", await minified('export * from "./dist/wasm-inline.js"')),
  row("@assemblyscript/loader", await minified('export { instantiateSync } from "@assemblyscript/loader"')),
  row("dist/index.js as published", read("dist/index.js")),
  row("dist/index.js minified", await minified(`export * from ${HERE}`, ["#wasm", "@assemblyscript/loader"])),
  row("everything inlined", await minified(`export * from ${HERE}`)),
];
const alone = [];
for (const name of NAMES) alone.push(row(`\`${name}\` alone`, await minified(`export { ${name} } from ${HERE}`)));
alone.push(row("nothing of it", await minified(`import {} from ${HERE}`)));

const folder = mkdtempSync(join(tmpdir(), "dice-wasm-sizes-"));
const tarball = statSync(pack(folder)).size;
rmSync(folder, { recursive: true });

const measured = { everything: parts.at(-1)[2], diceLoss: alone.find(([name]) => name.startsWith("`diceLoss`"))[2] };
const budget = Object.entries(BUDGET).map(([name, { wished, most }]) => {
  return [name, `${measured[name]}`, `${wished}`, measured[name] <= wished ? "met" : "not met", `${most}`];
});

const HEAD = ["", "bytes", "gzip -9"];
writeFileSync(
  join(root, "bench/SIZES.md"),
  `# Sizes

Written by \`npm run sizes\`: what esbuild makes with \`--bundle --minify\` of a program that exports these names, the module and
the loader inlined. The tarball has ${tarball} bytes.

${markdown([HEAD, ...parts])}

What is left of the package when one export of it is used:

${markdown([HEAD, ...alone])}

The budget, after gzip -9:

${markdown([["", "measured", "wished for", "", "fails above"], ...budget])}
`,
);
printTable([HEAD, ...parts, ...alone, ["the tarball", "", `${tarball}`]]);
console.log();
for (const [name, got, , , most] of budget) {
  await check(`${name}: at most ${most} bytes after gzip`, () => expect(Number(got) <= Number(most), `it has ${got}`));
}
close();
