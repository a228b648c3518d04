// The milliseconds of import and first call, in a process that has done nothing before.
const prediction = Float32Array.of(0.9, 0.2, 0.8);
const target = Float32Array.of(1, 0, 1);
const start = performance.now();
const { diceLoss } = await import("dice-wasm");
const loss = diceLoss(prediction, target);
const end = performance.now();
if (!(loss > 0.1 && loss < 0.11)) throw new Error(`the first loss is ${loss}`);
console.log(JSON.stringify(end - start));
