// The version of a library that does not export it.
import { readFileSync } from "node:fs";

export function versionOf(library) {
  return JSON.parse(readFileSync(new URL(`../node_modules/${library}/package.json`, import.meta.url), "utf8")).version;
}
