import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as dice from "../src/index.ts";

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");
const names = Object.keys(dice);

/** What the examples take as given. */
const GIVEN = {
  model: { output: new Float32Array(512 * 512) },
  mask: new Uint8Array(512 * 512),
  pieces: [
    { prediction: [0.9, 0.2], target: [1, 0] },
    { prediction: [0.8, 0.1], target: [1, 0] },
  ],
  console: { log: (value: unknown) => value },
};

/** A comment that holds a decimal fraction, or begins as a number, a calculation or a list does, shows a result. */
const SHOWS_RESULT = /^[-−(\d[]|\d\.\d/;
const CALCULATION = String.raw`[-−+·/^().\d ]*\d\)?`;
const LIST = String.raw`\[[-.\d, ]+\]`;
/** A list, a number, or a calculation and perhaps what it comes to; and behind a comma or colon what that is. */
const RESULT = new RegExp(String.raw`^(${LIST}|${CALCULATION}(?: = -?\d+\.\d+)?)(?:[,:] .*)?$`);
/** Variables and what each is, in a line of its own. */
const VARIABLES = new RegExp(String.raw`^(?:(?:^|, )\w+ (?:${LIST}|-?\d+\.\d+))+$`);

/** The line with calls of `check` in place of the results that it shows; throws where it shows one that cannot be checked. */
function checkedLine(line: string): string {
  const [, statement, comment] = line.match(/^(.*?) ?\/\/ (.*)$/) ?? [];
  if (comment === undefined || !SHOWS_RESULT.test(comment)) return line;
  if (statement === "" && VARIABLES.test(comment)) {
    const shown = comment.matchAll(new RegExp(String.raw`(\w+) (${LIST}|-?\d+\.\d+)`, "g"));
    return Array.from(shown, ([, name, result]) => `check(${name}, "${result}");`).join(" ");
  }
  const [, expression] = statement.match(/^(\w[\w.[\]]*(?:\(.*\)[\w.[\]]*)?);$/) ?? [];
  const [, result] = comment.match(RESULT) ?? [];
  if (!expression || !result) throw new Error(`shows a result that cannot be checked: ${line}`);
  return `check(${expression}, "${result}");`;
}

/** Compares to the digits shown; a calculation, whose numbers are rounded themselves, to three. */
function check(value: number | ArrayLike<number>, shown: string): void {
  const what = `${value} for ${shown}`;
  const isList = shown.startsWith("[");
  const values = isList ? Array.from(value as ArrayLike<number>) : shown.split(" = ").map(() => value as number);
  const parts = isList ? shown.slice(1, -1).split(", ") : shown.split(" = ");
  expect(parts, what).toHaveLength(values.length);
  for (const [i, part] of parts.entries()) {
    const [, digits] = part.match(/^-?\d+\.(\d+)$/) ?? [];
    if (digits) expect(values[i].toFixed(digits.length), what).toBe(part);
    else expect(values[i], what).toBeCloseTo(calculate(part), 3);
  }
}

function calculate(text: string): number {
  return new Function(`return ${text.replaceAll("·", "*").replaceAll("−", "-").replaceAll("^", "**")}`)();
}

/** Runs an example, and checks every result that it shows; returns how many these are. */
function run(code: string): number {
  const lines = code.split("\n").filter((line) => !/^import /.test(line));
  let checked = 0;
  const counting = (value: number, shown: string) => {
    check(value, shown);
    checked++;
  };
  const variables = { ...dice, ...GIVEN, check: counting };
  new Function(...Object.keys(variables), lines.map(checkedLine).join("\n"))(...Object.values(variables));
  return checked;
}

describe("the examples run, and every result that they show is right", () => {
  test("of the README", () => {
    const blocks = [...read("../README.md").matchAll(/```(js|javascript)\n(.*?)```/gs)];
    // "javascript" is of pages and workers, which do not run here; where it shows a result it does
    const examples = blocks.filter(([, language, code]) => language === "js" || /\/\/.*\d\.\d/.test(code));
    expect(examples.map(([, , code]) => run(code)).reduce((sum, checked) => sum + checked, 0)).toBeGreaterThan(0);
  });

  test("of the docstrings: every public function and class has one", () => {
    const sources = readdirSync(new URL("../src", import.meta.url)).map((name) => read(`../src/${name}`));
    const examples = sources.flatMap((source) => [
      ...source.matchAll(/@example\n(.*?)\n \*(?:\/|\n).*?^export (?:function|class) (\w+)/gms),
    ]);
    expect(examples.map(([, , name]) => name).sort()).toEqual([...names].sort());
    expect(examples).toHaveLength(sources.join("").split("@example").length - 1);
    for (const [, code, name] of examples) {
      const example = code.replace(/^ \* ?/gm, "");
      expect(example, name).toMatch(new RegExp(`\\b${name}\\(`));
      run(example);
    }
  });
});

test("a result that cannot be checked is an error, and so is a wrong one", () => {
  const call = "diceLoss([0.9, 0.2, 0.8], [1, 0, 1])";
  const right = [`${call}; // 0.1020`, `${call}; // 1 − 4.4 / 4.9 = 0.1020, of all`, `console.log(${call}); // 0.10`];
  const list = "const { value, gradient } = valueAndGradient(diceLoss, [0.9, 0.2, 0.8], [1, 0, 1]);\n";
  const rightLists = ["// value 0.1020, gradient [-0.2249, 0.1833, -0.2249]", "gradient; // [-0.2249, 0.1833, -0.2249]"];
  for (const code of [...right, ...rightLists.map((line) => list + line)]) expect(run(code), code).toBeGreaterThan(0);
  const wrong = [
    ...right.map((code) => code.replace("0.10", "0.11")),
    `${call}; // 1 − 4.4 / 4.8 = 0.1020`,
    ...rightLists.map((line) => list + line.replace("833", "834")),
    `${list}gradient; // [-0.2249, 0.1833]`,
    `const loss = ${call}; // 0.1020`,
    `${call}; // it is 0.1020`,
    `${call} // 0.1020`,
    `${call}; // 0.1020 or so`,
    "// loss 0.1020 of all",
  ];
  for (const code of wrong) expect(() => run(code), code).toThrow();
});

test("every public name has its place in the README", () => {
  const headings = read("../README.md")
    .match(/^### .*$/gm)
    ?.join("\n");
  for (const name of names) expect(headings, name).toMatch(new RegExp(`\\b${name}\\b`));
});
