// Writes the two doors to the compiled module (see "imports" in package.json): the bytes inlined, and a static import.
import { readFileSync, writeFileSync } from "node:fs";

const dist = new URL("../dist/", import.meta.url);

// The bytes as text, not as base64, in which gzip finds none of the bytes' patterns. The 89 bytes from −3 (mod 256) on,
// most of a module, are one character each, from "#" on; the others are two, the first of which, "|" or "}", says which
// 89.
const characterOf = (byte) => {
  const value = (byte + 3) % 256;
  return (value < 89 ? "" : String.fromCharCode(123 + Math.floor(value / 89))) + String.fromCharCode(35 + (value % 89));
};
const binary = readFileSync(new URL("dice.wasm", dist));
const text = JSON.stringify(Array.from(binary, characterOf).join(""));

const types = `/** The compiled module, or its bytes: whatever the loader may instantiate. */
export declare function wasm(): object;
`;
const inline = `const text =
  ${text};
export function wasm() {
  const codes = new TextEncoder().encode(text);
  const bytes = new Uint8Array(${binary.length});
  for (let k = 0, i = 0; i < bytes.length; i++) {
    let byte = codes[k++] - 38;
    if (byte > 85) byte = 89 * (byte - 85) + codes[k++] - 38;
    bytes[i] = byte;
  }
  return bytes;
}
`;
// Edge sandboxes that run in Node (that of "next start") pass a module of another realm, which instanceof does not recognise.
const module = `import module from "./dice.wasm?module";
export function wasm() {
  if (String(module) === "[object WebAssembly.Module]") Object.setPrototypeOf(module, WebAssembly.Module.prototype);
  return module;
}
`;

writeFileSync(new URL("wasm-inline.js", dist), inline);
writeFileSync(new URL("wasm-inline.d.ts", dist), types);
writeFileSync(new URL("wasm-module.js", dist), module);
writeFileSync(new URL("wasm-module.d.ts", dist), types);
