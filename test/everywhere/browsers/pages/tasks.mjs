// What a page is asked to do, or a worker.
const LIBRARY = "/dist/dice-wasm.js";

/** The milliseconds of import and first call, in a page that has done nothing before. */
async function coldStart() {
  const prediction = Float32Array.of(0.9, 0.2, 0.8);
  const target = Float32Array.of(1, 0, 1);
  const start = performance.now();
  const { diceLoss } = await import(LIBRARY);
  diceLoss(prediction, target);
  return performance.now() - start;
}

/** The same of a module with nothing in it: what any import takes here. */
async function emptyModule() {
  const start = performance.now();
  await import("/app/empty.mjs");
  return performance.now() - start;
}

async function battery() {
  const { runBattery } = await import("/app/battery.mjs");
  return runBattery(await import(LIBRARY));
}

/** What the first call throws where WebAssembly may not be compiled; the import is to pass. */
async function refusal() {
  const { diceLoss } = await import(LIBRARY);
  try {
    return `no error, but ${diceLoss([0.9, 0.2], [1, 0])}`;
  } catch (error) {
    return `${error}`;
  }
}

/** Whether code from strings is refused, as every policy here does. */
async function strict() {
  try {
    new Function("");
    return false;
  } catch {
    return true;
  }
}

/** The losses that the example shows: as it opens, and with the pointer in the middle of the target's square. */
async function example() {
  const frame = document.createElement("iframe");
  frame.src = "/examples/browser/index.html";
  const loaded = new Promise((resolve) => {
    frame.onload = resolve;
  });
  document.body.append(frame);
  await loaded;
  const page = frame.contentDocument;
  const loss = page.querySelector("#loss");
  const opened = loss.value;
  const canvas = page.querySelector("#prediction");
  const { left, top } = canvas.getBoundingClientRect();
  canvas.dispatchEvent(new PointerEvent("pointermove", { clientX: left + 120, clientY: top + 100 }));
  return [opened, loss.value];
}

/** Does a task in a module worker. */
async function inWorker(name) {
  const worker = new Worker(`/pages/worker.mjs?${name}`, { type: "module" });
  const { result, error } = await new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(`the worker did not start: ${message}`));
  });
  if (error) throw new Error(error);
  return result;
}

const TASKS = {
  battery,
  coldStart,
  emptyModule,
  example,
  refusal,
  strict,
  workerBattery: () => inWorker("battery"),
  workerRefusal: () => inWorker("refusal"),
};

/** Does a task; gives its result or its error. */
export async function attempt(name) {
  try {
    return { result: await TASKS[name]() };
  } catch (error) {
    return { error: `${error}` };
  }
}
