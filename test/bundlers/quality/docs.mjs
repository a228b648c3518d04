// The docs in the published types: every public name has them, and every function and class an example.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript-5.9";
import { check, expect } from "../checks.mjs";
import { here } from "../room.mjs";

export async function checkDocs(installed) {
  const file = join(installed, "dist/index.d.ts");
  const program = ts.createProgram([file], { module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2022, types: [] });
  const checker = program.getTypeChecker();
  const names = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(file)));
  const symbols = names.map((name) => (name.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(name) : name));
  await check("every public name has a docstring in the types", () => {
    expect(symbols.length > 0, "there are no public names");
    const bare = symbols.flatMap((symbol) => undocumented(symbol, checker));
    expect(bare.length === 0, `without one: ${bare.join(", ")}`);
  });
  await check("every public function and class has an example", () => {
    const callable = symbols.filter(({ flags }) => flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Class));
    expect(callable.length > 0, "there are no functions");
    const bare = callable.filter((symbol) => !symbol.getJsDocTags(checker).some((tag) => tag.name === "example" && tag.text));
    expect(bare.length === 0, `without one: ${bare.map(({ name }) => name).join(", ")}`);
  });
  await check("the program that is compiled uses every public name", () => {
    const code = readFileSync(join(here, "quality/consumer.ts"), "utf8").replace(/^import \{[^}]*\}/m, "");
    const unused = symbols.map(({ name }) => name).filter((name) => !new RegExp(`\\b${name}\\b`).test(code));
    expect(unused.length === 0, `unused: ${unused.join(", ")}`);
  });
}

/** The symbol, where it has no docs, and those methods and accessors of a class, static ones too, that have none. */
function undocumented(symbol, checker) {
  const members = symbol.flags & ts.SymbolFlags.Class ? [...symbol.members.values(), ...symbol.exports.values()] : [];
  const isPrivate = ({ valueDeclaration }) => ts.getCombinedModifierFlags(valueDeclaration) & ts.ModifierFlags.Private;
  const spoken = members.filter(({ flags }) => flags & (ts.SymbolFlags.Method | ts.SymbolFlags.Accessor));
  const all = [symbol, ...spoken.filter((member) => !isPrivate(member))];
  const bare = all.filter((each) => each.getDocumentationComment(checker).length === 0);
  return bare.map((each) => (each === symbol ? each.name : `${symbol.name}.${each.name}`));
}
