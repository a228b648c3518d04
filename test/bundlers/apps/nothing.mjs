// Uses nothing of what it imports.
// biome-ignore lint/correctness/noUnusedImports: that is what must shake out
import * as dice from "dice-wasm";

console.log("{}");
