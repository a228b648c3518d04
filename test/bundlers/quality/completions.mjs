// What an editor offers while a call is being written.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript-5.9";
import { check, expect } from "../checks.mjs";

const WORDS = {
  'diceLoss([1], [1], { reduction: "|" })': ["mean", "sum", "none"],
  'diceLoss(new Overlap(), { reduction: "|" })': ["mean", "sum", "none"],
  'valueAndGradient(diceLoss, [1], [1], { reduction: "|" })': ["mean", "sum", "none"],
  'valueAndGradient(diceCrossEntropyLoss, [1], [1], { reduction: "|" })': ["mean", "sum"],
  'jaccardLoss([1], [1], { form: "|" })': ["complement", "negative", "log"],
  "overlap([1], [1], { | })": ["activation", "ignoreIndex", "intersection", "layout", "mask", "shape", "threshold"],
};

const IMPORT = 'import { diceCrossEntropyLoss, diceLoss, jaccardLoss, Overlap, overlap, valueAndGradient } from "dice-wasm";\n';

export async function checkCompletions(app) {
  for (const [code, words] of Object.entries(WORDS)) {
    await check(`editors complete ${code}`, () => {
      const offered = completionsOf(app, code);
      expect(`${offered}` === `${words}`, `they offer ${offered.join(", ") || "nothing"}`);
    });
  }
}

/** The words offered at the bar, in the order of the editor. */
function completionsOf(app, code) {
  const file = join(app, "completed.ts");
  const text = IMPORT + code.replace("|", "");
  const read = (path) => (path === file ? text : existsSync(path) ? readFileSync(path, "utf8") : undefined);
  const service = ts.createLanguageService({
    getScriptFileNames: () => [file],
    getScriptVersion: () => "1",
    getScriptSnapshot: (path) => (read(path) === undefined ? undefined : ts.ScriptSnapshot.fromString(read(path))),
    getCurrentDirectory: () => app,
    getCompilationSettings: () => ({ module: ts.ModuleKind.NodeNext, strict: true, types: [] }),
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (path) => read(path) !== undefined,
    readFile: read,
  });
  const { entries } = service.getCompletionsAtPosition(file, IMPORT.length + code.indexOf("|"), {}) ?? { entries: [] };
  return entries.map(({ name }) => name);
}
