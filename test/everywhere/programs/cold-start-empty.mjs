// The same of a module with nothing in it: what any import takes here.
const start = performance.now();
await import("./empty.mjs");
const end = performance.now();
console.log(JSON.stringify(end - start));
