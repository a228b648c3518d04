// Writes the two doors to the compiled module (see "imports" in package.json): the bytes inlined, and a static import.
import { readFileSync, writeFileSync } from "node:fs";

const dist = new URL("../dist/", import.meta.url);
const base64 = readFileSync(new URL("dice.wasm", dist)).toString("base64");

const types = `/** The compiled module, or its bytes: whatever the loader may instantiate. */
export declare function wasm(): object;
`;
const inline = `const base64 =
  "${base64}";
export function wasm() {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
`;
const module = `import module from "./dice.wasm?module";
export function wasm() {
  // Next.js hands over a module of another realm, which the loader's instanceof would take for bytes
  if (String(module) === "[object WebAssembly.Module]") Object.setPrototypeOf(module, WebAssembly.Module.prototype);
  return module;
}
`;

writeFileSync(new URL("wasm-inline.js", dist), inline);
writeFileSync(new URL("wasm-inline.d.ts", dist), types);
writeFileSync(new URL("wasm-module.js", dist), module);
writeFileSync(new URL("wasm-module.d.ts", dist), types);
