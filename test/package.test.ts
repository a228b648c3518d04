import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const { npm, pack, root } = await import(new URL("tools.mjs", import.meta.url).href);
const read = (path: string) => readFileSync(join(root, path), "utf8");
const sources = readdirSync(join(root, "src")).map((name) => `src/${name}`);

describe("the compiled module", () => {
  const bytes = readFileSync(join(root, "dist/dice.wasm"));

  test("is at most 8,192 bytes", () => expect(bytes.length).toBeLessThanOrEqual(8192));

  test("is what the code inlines", async () => {
    const inlined = (await import("#wasm")).wasm() as Uint8Array;
    expect(Buffer.from(inlined).equals(bytes)).toBe(true);
  });

  test("imports its memory alone, and exports the kernels that engine.ts declares, no more and no fewer", () => {
    const module = new WebAssembly.Module(bytes);
    expect(WebAssembly.Module.imports(module)).toEqual([{ module: "env", name: "memory", kind: "memory" }]);
    const [, declared] = read("src/engine.ts").match(/^export interface Kernels \{\n(.*?)^\}/ms) ?? [];
    const kernels = Array.from(declared.matchAll(/^ {2}(\w+)[(:]/gm), ([, name]) => `function ${name}`);
    const exported = WebAssembly.Module.exports(module).map(({ name, kind }) => `${kind} ${name}`);
    expect(exported.sort()).toEqual(kernels.sort());
  });
});

describe("constants that are written on both sides of the module", () => {
  /** A number of a file, from what stands before it. */
  const numberIn = (path: string, before: RegExp): number => {
    const [, number] = read(path).match(new RegExp(`${before.source}(-?[\\d_]+)`)) ?? [];
    expect(number, `${before} in ${path}`).toBeDefined();
    return Number(number.replaceAll("_", ""));
  };

  test.each([
    ["targets of floats", /\bFLOATS = /, "src/engine.ts", /\bFLOATS = /, "assembly/gradient.ts", 1],
    ["the slope of a minimum", /\bMINIMUM = /, "src/engine.ts", /\bMINIMUM = /, "assembly/gradient.ts", 1],
    [
      "a class of another page",
      /\bPAGE = /,
      "src/labels.ts",
      /\bELSEWHERE: usize = memory.data<u8>\(\[/,
      "assembly/operands.ts",
      1,
    ],
    [
      "a position left out",
      /\bLEFT_OUT = /,
      "src/labels.ts",
      /\bELSEWHERE: usize = memory.data<u8>\(\[254, 0, /,
      "assembly/operands.ts",
      1,
    ],
    ["counters, then bytes, of a tally", /\bOF_P = /, "src/bytes.ts", /\bOF_P: usize = /, "assembly/counts.ts", 4],
    ["the second tally", /\bTWIN = /, "src/bytes.ts", /\bTWIN: usize = /, "assembly/counts.ts", 4],
    ["bytes that are counted at a time", /\bTURN = /, "src/bytes.ts", /\bTURN: usize = /, "assembly/counts.ts", 1],
  ] as const)("%s", (_, here, file, there, kernels, factor) => {
    expect(numberIn(kernels, there)).toBe(factor * numberIn(file, here));
  });

  test("labels that are counted two at a time", () => {
    const most = numberIn("src/bytes.ts", /\bMOST_IN_PAIRS = /);
    expect(numberIn("assembly/counts.ts", /not 0; label ≤ /)).toBe(most - 2);
  });

  test("where staged blocks lie", () => {
    const [stage, block] = [numberIn("src/engine.ts", /\bSTAGE: Address = /), numberIn("src/engine.ts", /\bBLOCK = /)];
    for (const [k, name] of ["PREDICTION", "TARGET", "ZEROS", "LABELS", "RAW", "GRADIENT", "ACTIVATED"].entries())
      expect(numberIn("src/regions.ts", new RegExp(`\\b${name}: Address = `)), name).toBe(stage + 4 * block * k);
  });

  test("where the largest classes are found, after what counting takes", () => {
    const at = (name: string) => numberIn("src/largest.ts", new RegExp(`\\b${name}(?:: Address)? = `));
    const counted = 2 * numberIn("src/bytes.ts", /\bSTAGED_BYTES = /) + 4 * 2 * numberIn("src/bytes.ts", /\bTWIN = /);
    const plane = 4 * at("POSITIONS");
    expect(at("MOST")).toBe(numberIn("src/engine.ts", /\bSTAGE: Address = /) + counted);
    expect(at("CHOSEN")).toBe(at("MOST") + plane);
    expect(at("PLANES")).toBe(at("CHOSEN") + plane);
    expect(at("STRIDE")).toBeGreaterThanOrEqual(plane + 12);
    expect(at("ROWS")).toBe(at("PLANES") + at("GROUP") * at("STRIDE"));
    const end = 65_536 * numberIn("src/engine.ts", /\bHEAP: Address = /);
    expect(at("MOST_IN_ROWS")).toBe(Math.floor((end - at("ROWS") - 12) / 16));
  });
});

describe("the sources", () => {
  const nameOf = (path: string) => path.slice("src/".length, -".ts".length);
  const importsOf = (name: string) => {
    const imports = read(`src/${name}.ts`).matchAll(/(?:from|import) ?\(?"\.\/(\w+)\.ts"/g);
    return Array.from(imports, ([, imported]) => imported);
  };

  test("import from lower floors only", () => {
    const floors = [
      ["index"],
      ["gradient"],
      ["compounds"],
      ["losses", "tversky"],
      ["measures", "scores"],
      ["dispatch", "straight"],
      ["joint", "largest", "reduce"],
      ["pointwise", "counting"],
      ["planes", "bytes", "regions", "settings"],
      ["layout", "passes", "options", "workspace"],
      ["sums", "geometry", "overlap"],
      ["operands", "rows", "ratios"],
      ["labels"],
      ["engine", "arrays", "formulas"],
      ["elementary", "check"],
    ];
    expect(floors.flat().sort()).toEqual(sources.map(nameOf).sort());
    const floorOf = (name: string) => floors.findIndex((floor) => floor.includes(name));
    for (const name of floors.flat()) {
      for (const imported of importsOf(name)) {
        expect(floorOf(imported), `${name} imports ${imported}`).toBeGreaterThan(floorOf(name));
      }
    }
  });

  test("know the loader in one line of one file", () => {
    const lines = sources.flatMap((path) =>
      read(path)
        .split("\n")
        .filter((line) => line.includes("@assemblyscript/loader")),
    );
    expect(lines).toHaveLength(1);
  });

  test("throw in check.ts alone", () => {
    for (const path of sources.filter((name) => name !== "src/check.ts")) {
      expect(read(path), path).not.toMatch(/throw new /);
    }
  });
});

describe("the tarball", () => {
  const room = mkdtempSync(join(tmpdir(), "dice-wasm-"));
  const installed = join(room, "node_modules/dice-wasm");

  beforeAll(() => {
    npm(room, "init", "-y");
    npm(room, "install", "--no-audit", "--no-fund", pack(room));
  });
  afterAll(() => rmSync(room, { recursive: true }));

  test("holds what a user needs and nothing else", () => {
    const types = sources.map((path) => path.replace("src/", "dist/").replace(/\.ts$/, ".d.ts"));
    const doors = ["dist/wasm-inline", "dist/wasm-module"];
    const expected = [
      ...types,
      ...doors.flatMap((door) => [`${door}.js`, `${door}.d.ts`]),
      "dist/index.js",
      "dist/index.js.map",
      "dist/dice-wasm.js",
      "dist/dice-wasm.js.map",
      "dist/dice-wasm.d.ts",
      "dist/dice.wasm",
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "package.json",
    ];
    const files = readdirSync(installed, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.map(({ parentPath, name }) => relative(installed, join(parentPath, name))).sort()).toEqual(expected.sort());
  });

  test("is imported and required, with no dependency but the loader", () => {
    const script = "console.log(diceLoss([0.9, 0.2, 0.8], [1, 0, 1]).toFixed(4))";
    const run = (...args: string[]) => execFileSync(process.execPath, args, { cwd: room, encoding: "utf8" }).trim();
    expect(run("--input-type=module", "-e", `import { diceLoss } from "dice-wasm"; ${script}`)).toBe("0.1020");
    expect(run("-e", `const { diceLoss } = require("dice-wasm"); ${script}`)).toBe("0.1020");
    expect(JSON.parse(read("package.json")).dependencies).toEqual({ "@assemblyscript/loader": expect.any(String) });
    expect(existsSync(join(room, "node_modules/@assemblyscript/loader"))).toBe(true);
  });

  test("is one file too, which needs no other: for a page without a bundler", () => {
    const single = join(room, "alone.mjs");
    copyFileSync(join(installed, "dist/dice-wasm.js"), single);
    expect(readFileSync(single, "utf8").match(/\b(import|require)\b.{0,40}/g)).toBeNull();
    const script = `
      import * as all from "dice-wasm";
      import * as single from ${JSON.stringify(single)};
      console.log(Object.keys(single).join() === Object.keys(all).join(), single.diceLoss([0.9, 0.2, 0.8], [1, 0, 1]).toFixed(4));`;
    const out = execFileSync(process.execPath, ["--input-type=module", "-e", script], { cwd: room, encoding: "utf8" });
    expect(out.trim()).toBe("true 0.1020");
  });

  test("compiles nothing at import, only at the first call", () => {
    const script = `
      let compiled = 0;
      WebAssembly.Module = new Proxy(WebAssembly.Module, { construct: (M, args) => (compiled++, Reflect.construct(M, args)) });
      const { diceLoss } = await import("dice-wasm");
      const before = compiled;
      diceLoss([1], [1]);
      diceLoss([1], [1]);
      console.log(before, compiled);`;
    expect(execFileSync(process.execPath, ["--input-type=module", "-e", script], { cwd: room, encoding: "utf8" }).trim()).toBe(
      "0 1",
    );
  });

  test("says what to do where WebAssembly is forbidden, and works once it is allowed", () => {
    const script = `
      const { Module } = WebAssembly;
      const { allocate, diceLoss } = await import("dice-wasm");
      const refused = [new WebAssembly.CompileError("blocked by CSP"), new RangeError("more than 4 KB in a page, Chrome 114")];
      for (const refusal of refused) {
        WebAssembly.Module = function () { throw refusal; };
        for (const call of [() => diceLoss([1], [1]), () => allocate(4)])
          try { call(); } catch (error) { console.log(/Chrome 115.*wasm-unsafe-eval/.test(error.message), error.cause === refusal); }
      }
      WebAssembly.Module = Module;
      console.log(diceLoss([1], [1]));`;
    const out = execFileSync(process.execPath, ["--input-type=module", "-e", script], { cwd: room, encoding: "utf8" });
    expect(out.trim().split("\n")).toEqual([...Array(4).fill("true true"), "0"]);
  });

  test('publishes types that hold the docs and need neither lib "dom" nor our own flags', () => {
    const types = readFileSync(join(installed, "dist/losses.d.ts"), "utf8");
    expect(types).toContain("The Dice coefficient, D = (2I + s) / (P + T + d)");
    for (const name of readdirSync(join(installed, "dist")).filter((file) => file.endsWith(".d.ts"))) {
      expect(readFileSync(join(installed, "dist", name), "utf8"), name).not.toMatch(/WebAssembly\.|@internal/);
    }
    const user = `import { diceLoss, allocate, valueAndGradient, Overlap } from "dice-wasm";
      import * as single from "./node_modules/dice-wasm/dist/dice-wasm.js";
      const { prediction, target, gradient } = allocate(4, { target: Uint8Array, gradient: true });
      const mask: Uint8Array = target;
      const loss: number = diceLoss(prediction, mask, { smooth: { numerator: 0, denominator: 1e-7 }, form: "log" });
      const g: Float32Array = valueAndGradient(diceLoss, prediction, mask, { gradient, squared: true }).gradient;
      const rows: Float64Array = valueAndGradient(diceLoss, prediction, mask, { shape: [2, 2], reduction: "none" }).value;
      const same: typeof diceLoss = single.diceLoss;
      export const all = [same, loss, g, rows, new Overlap().toJSON().version === 1];
      // @ts-expect-error a typo is an error, also beside an option
      diceLoss(prediction, target, { squared: true, smoth: 1 });`;
    execFileSync("sh", ["-c", "cat > user.ts"], { cwd: room, input: user });
    const flags = ["--noEmit", "--strict", "--module", "nodenext", "--lib", "es2022", "--types", "", "--target", "es2022"];
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    expect(execFileSync(process.execPath, [tsc, ...flags, "user.ts"], { cwd: room, encoding: "utf8" })).toBe("");
  });
});
