// The source maps: whole, of these very sources, and an error in a program points into them.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../tools.mjs";
import { check, expect } from "../checks.mjs";

export async function checkMaps(app, installed) {
  const code = readFileSync(join(installed, "dist/index.js"), "utf8");
  await check("the code names its source map, which holds the sources that it was made of", () => {
    const [, name] = code.match(/\n\/\/# sourceMappingURL=(\S+)\s*$/) ?? [];
    expect(name, "there is no sourceMappingURL at the end of dist/index.js");
    expect(existsSync(join(installed, "dist", name)), `dist/${name} is missing`);
    checkSources(JSON.parse(readFileSync(join(installed, "dist", name), "utf8")));
  });
  await check("the trace of an error leads to the line of the source that threw it", () => checkTrace(app));
}

function checkSources({ sources, sourcesContent }) {
  const mapped = sources.map((source) => source.replace("../src/", ""));
  const unknown = mapped.filter((name, i) => sourcesContent[i] !== readFileSync(join(root, "src", name), "utf8"));
  expect(unknown.length === 0, `not as they are in src: ${unknown.join(", ")}`);
  // index.ts only hands on, so that no code comes from it
  const left = readdirSync(join(root, "src")).filter((name) => name !== "index.ts" && !mapped.includes(name));
  expect(left.length === 0, `not in the map: ${left.join(", ")}`);
}

function checkTrace(app) {
  const program = `
    import { diceLoss } from "dice-wasm";
    try { diceLoss([1], [1, 2]); } catch (error) { console.log(error.stack); }`;
  const args = ["--enable-source-maps", "--input-type=module", "-e", program];
  const trace = execFileSync(process.execPath, args, { cwd: app, encoding: "utf8" });
  const [, name, line] = trace.match(/dice-wasm\/src\/(\w+\.ts):(\d+)/) ?? [];
  expect(name, `no line of the sources is in\n${trace}`);
  const source = readFileSync(join(root, "src", name), "utf8").split("\n")[line - 1];
  expect(source.includes("throw new RangeError"), `${name}:${line} is ${source}, in\n${trace}`);
}
