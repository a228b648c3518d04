// Cloudflare's workerd, which compiles no WebAssembly from bytes: the door of the condition "workerd".
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { median } from "../../tools.mjs";
import { bundleWorker, serveWorker, workerdVersion } from "../edge/workerd.mjs";

const COMPATIBLE = "2026-05-01";
const WORKER = new URL("../edge/battery-worker.mjs", import.meta.url);

export default { name: "workerd", run };

async function run({ app, tools }) {
  const entry = join(app, "battery-worker.mjs");
  await copyFile(WORKER, entry);
  await writeFile(join(app, "nothing.mjs"), "export const nothing = 0;\n");
  await mustRefuseBytes(tools, await bundle(entry, join(app, "workerd-inlined"), []));

  const config = await bundle(entry, join(app, "workerd"));
  const starts = [];
  for (let i = 0; i < 5; i++) starts.push(await withWorker(tools, config, timeFirst));
  const result = await withWorker(tools, config, (url) => ask(`${url}/battery`));
  const [coldStart, emptyModule] = ["first", "empty"].map((what) => median(starts.map((start) => start[what])));
  return { version: workerdVersion(tools), engine: "V8", ...result, coldStart, emptyModule };
}

async function bundle(entry, outdir, conditions) {
  await mkdir(outdir, { recursive: true });
  return bundleWorker(entry, outdir, COMPATIBLE, conditions);
}

async function withWorker(tools, config, use) {
  const { url, stop } = await serveWorker(tools, config);
  try {
    return await use(url);
  } finally {
    await stop();
  }
}

async function ask(url) {
  const response = await fetch(url, { signal: AbortSignal.timeout(180_000) });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

/** Were bytes compiled here, the door would prove nothing. */
async function mustRefuseBytes(tools, config) {
  const reason = await withWorker(tools, config, (url) => ask(`${url}/first`)).then(String, ({ message }) => message);
  if (!reason.includes('the bundler must resolve the condition "workerd"')) throw new Error(`of the inlined bytes: ${reason}`);
}

/**
 * Timers stand still in workerd while it computes, so the clock is outside: what a request takes beyond one that imports
 * nothing. That dice.wasm is compiled when the worker is loaded is not in it.
 */
async function timeFirst(url) {
  const time = async (path) => {
    const start = performance.now();
    await ask(url + path);
    return performance.now() - start;
  };
  const roundTrips = [];
  for (let i = 0; i < 20; i++) roundTrips.push(await time("/")); // the first ones open the connection and warm both sides
  const roundTrip = median(roundTrips.slice(10));
  return { empty: (await time("/empty")) - roundTrip, first: (await time("/first")) - roundTrip };
}
