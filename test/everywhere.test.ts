// The quick part of the matrix (npm run test:everywhere): the battery on the packed tarball, in the Node that runs the tests.
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const { makeApp } = await import(new URL("everywhere/app.mjs", import.meta.url).href);
let app: string;
const script = `
  import * as dice from "dice-wasm";
  import { nameOf, runBattery } from "./battery.mjs";
  const results = await runBattery(dice);
  console.log(JSON.stringify({ ...results, names: results.hashes.map((_, i) => nameOf(i)), exported: Object.keys(dice) }));`;
let results: { cases: number; digest: string; hashes: string[]; names: string[]; exported: string[] };

afterAll(() => rmSync(app, { recursive: true }));

beforeAll(() => {
  app = makeApp().app;
  const options = { cwd: app, encoding: "utf8", maxBuffer: 2 ** 26 } as const;
  results = JSON.parse(execFileSync(process.execPath, ["--input-type=module", "-e", script], options));
});

test("as many calls as the README states give the recorded bits, copied and in place", () => {
  const [, stated] = readFileSync(`${root}README.md`, "utf8").match(/\[one battery\]\(\S+\)\s+of\s+([\d,]+)\s+calls/) ?? [];
  expect(results.cases).toBe(Number(stated?.replace(",", "")));
  const recorded = JSON.parse(readFileSync(`${root}test/everywhere/digest.json`, "utf8"));
  const differing = results.hashes.findIndex((hash, index) => hash !== recorded.hashes[index]);
  expect(results.names[differing], "the first call with other bits").toBe(undefined);
  expect(results.digest).toBe(recorded.digest);
  expect(results.hashes).toHaveLength(results.cases);
  expect(recorded.hashes).toHaveLength(results.cases);
  expect(new Set(results.hashes).size, "different results").toBeGreaterThanOrEqual(2000);
});

describe("the battery calls", () => {
  test("every exported function", () => {
    const rows = new Set(results.names.map((name) => name.split(":")[0]));
    for (const name of results.exported) expect([...rows].join("\n")).toMatch(new RegExp(`^${name}\\b`, "m"));
  });

  test("each loss and each gradient with every kind of array, layout and option, and lengths around the tiles", () => {
    const floats = ["Float32Array", "Float64Array", "Array"];
    const integers = ["Int8", "Uint8", "Uint8Clamped", "Int16", "Uint16", "Int32", "Uint32"].map((type) => `${type}Array`);
    const options = [
      ...['"channels-first"', '"channels-last"', '"sigmoid"', '"softmax"', '"minimum"', '"squared":true', '"batch":true'],
      ...['"ignoreIndex":0', '"ignoreIndex":255', '"ignoreIndex":-1', '"mask":"Uint8Array"', '"mask":"Uint8ClampedArray"'],
      ...['"smooth":0', '"numerator"', '"empty":0', '"empty":"NaN"', '"includeBackground":false', '"sum"'],
    ];
    const expected = [
      ...["soft", "hard", "empty", "extreme", "NaN"].map((content) => `: ${content} `),
      ...floats.map((type) => ` ${type}(`),
      ...[...floats, ...integers].map((type) => `), ${type}, `),
      ...[16, 32, 4096, 16384].flatMap((n) => [n - 1, n, n + 1]).map((length) => `Array(${length}), `),
      ...options,
    ];
    const losses = results.exported.filter((name) => /(Loss|Index|Coefficient)$/.test(name));
    expect(losses).toContain("generalizedDiceLoss");
    for (const row of losses.flatMap((name) => [name, `valueAndGradient of ${name}`])) {
      const calls = results.names.filter((name) => name.startsWith(`${row}:`)).join("\n");
      const reductions = row.includes("CrossEntropy") ? [] : ['"none"'];
      for (const part of [...expected, ...reductions]) expect(calls.includes(part), `${part} in the calls of ${row}`).toBe(true);
    }
  });
});
