import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as dice from "../src/index.ts";

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");
const names = Object.keys(dice);
const values = Object.values(dice);

/** Runs an example; every line that ends in `// … 0.1234` must give that number to the digits shown. */
function run(code: string): number {
  let checked = 0;
  const lines = code
    .split("\n")
    .filter((line) => !/^import /.test(line))
    .map((line) => {
      const [, expression, shown] = line.match(/^(\w+\(.*\)); \/\/ (?:.*= )?(-?\d+\.\d+)(?:,.*)?$/) ?? [];
      return expression ? `check(${expression}, "${shown}");` : line;
    });
  const check = (value: number, shown: string) => {
    expect(value.toFixed(shown.split(".")[1].length), code).toBe(shown);
    checked++;
  };
  new Function("check", ...names, lines.join("\n"))(check, ...values);
  return checked;
}

describe("the examples run, and give what they say", () => {
  test("of the README", () => {
    const blocks = [...read("../README.md").matchAll(/```js\n(.*?)```/gs)].map(([, code]) => code);
    expect(blocks.length).toBeGreaterThan(0);
    expect(blocks.map(run).reduce((sum, checked) => sum + checked, 0)).toBeGreaterThan(0);
  });

  test("of the docstrings", () => {
    const sources = ["../src/losses.ts", "../src/compounds.ts"].map(read).join("");
    const examples = [...sources.matchAll(/@example\n(.*?)\n \*(?:\/|\n)/gs)].map(([, code]) => code.replace(/^ \* ?/gm, ""));
    expect(examples).toHaveLength(11);
    for (const code of examples) expect(run(code), code).toBeGreaterThan(0);
  });
});

test("every public name has its place in the README", () => {
  const readme = read("../README.md");
  for (const name of names) expect(readme, name).toMatch(new RegExp(`\\b${name}\\b`));
});
