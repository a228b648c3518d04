// Calls every kernel on 4,096 elements in the first cache: with "step" each between two stops, for step.c; with "time" to
// print how many elements per second it takes. Run by node directly, so that no other code is compiled.
import { readFileSync, writeSync } from "node:fs";

const N = 4096;
const strideOf = (classes) => 16 * Math.ceil(N / classes / 4) + 16; // bytes from the plane of one class to the next
const STRIDE = strideOf(4);
const ARRAY = 4 * N + 1024;
const [P, T, G, V] = [0, 1, 2, 3].map((place) => 65536 + place * ARRAY);
const L = V + ARRAY;
const M = L + N + 64;
const OUT = 1024;
const [FLOATS, MINIMUM] = [-1, -2]; // targets of the gradient

const memory = new WebAssembly.Memory({ initial: 4 });
const module = new WebAssembly.Module(readFileSync(new URL("../dist/dice.wasm", import.meta.url)));
const { exports: kernels } = new WebAssembly.Instance(module, { env: { memory } });

fill();

/**
 * Fills in probabilities (not so near 0 that the chains, called again and again, reach subnormals), and labels of 100
 * classes in runs of 16 on average, the second map shifted by two positions.
 */
function fill() {
  const floats = new Float32Array(memory.buffer);
  const bytes = new Uint8Array(memory.buffer);
  let state = 1;
  const draw = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  for (let i = 0; i < ARRAY / 4; i++) floats[P / 4 + i] = floats[T / 4 + i] = floats[V / 4 + i] = (1 + 2 * draw()) / 4;
  for (let i = 0, label = 0; i < N; i++) {
    if (draw() * 16 < 1) label = Math.floor(100 * draw());
    bytes[L + i] = bytes[M + i + 2] = label;
  }
}

const softmax = (classes) => [P, strideOf(classes), G, strideOf(classes), classes, Math.floor(N / classes)];

/** Calls by the name of the kernel, and where it matters the number of classes or the kind of data. */
const CALLS = {
  sums_f32: [P, T, N, OUT],
  squares: [P, T, N, OUT],
  sums_minimum: [P, T, N, OUT],
  sums_u8: [P, L, N, 1, OUT, 99],
  gradient: [T, P, G, N, FLOATS, 0.1, 0.2, 0.3, 0],
  "gradient of minima": [T, P, G, N, MINIMUM, 0.1, 0.2, 0.3, 0],
  "gradient of bytes": [L, P, G, N, 1, 0.1, 0.2, 0.3, 0],
  "gradient by sigmoid": [T, P, G, N, FLOATS, 0.1, 0.2, 0.3, 1],
  threshold: [P, G, N, 0.5],
  sigmoid: [P, G, N],
  "softmax of 2": softmax(2),
  "softmax of 4": softmax(4),
  "softmax of 20": softmax(20),
  "chain of 4": [P, STRIDE, V, STRIDE, 4, N / 4, 0],
  "chain of 20": [P, strideOf(20), V, strideOf(20), 20, Math.floor(N / 20), 0],
  "surprise of 4": [P, STRIDE, V, STRIDE, 4, N / 4],
  "chain of 4, by costs": [P, STRIDE, V, STRIDE, 4, N / 4, 1],
  focal: [P, T, G, V, N, 2, 1, 1],
  one_hot: [L, 1, G, N, 99],
  narrow_u8: [L, G, N, 0, 255, 255, 99],
  narrow_u32: [P, G, N, 0, 0, 0, -1],
  leave_out: [L, 255, G, N],
  except: [L, P, G, N],
  "argmax of 4": [P, STRIDE, 0, 3, N / 4, V, G],
  masks: [L, M, N, 1, OUT],
  count: [L, M, N, 1, OUT],
  tally: [L, M, N, G],
  transpose: [P, 16, N / 4, 4, G, STRIDE],
};

const stop = () => process.kill(process.pid, "SIGSTOP");

function step(kernel, args) {
  kernel(...args); // the first call compiles its way into WebAssembly
  stop();
  kernel(...args);
  stop();
}

function elementsPerSecond(kernel, args) {
  let best = Infinity;
  for (let round = 0; round < 60; round++) {
    fill(); // some overwrite their input
    const start = performance.now();
    for (let i = 0; i < 20; i++) kernel(...args);
    best = Math.min(best, performance.now() - start);
  }
  return (20 * N * 1e3) / best;
}

const timing = process.argv[2] === "time";
const rates = {};
for (const [name, args] of Object.entries(CALLS)) {
  const kernel = kernels[name.split(" ")[0]];
  if (timing) rates[name] = elementsPerSecond(kernel, args);
  else step(kernel, args);
}
writeSync(2, JSON.stringify(timing ? rates : { elements: N, names: Object.keys(CALLS) }));
