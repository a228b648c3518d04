// The endpoint of examples/edge where it is deployed: every answer over the loopback is compared with a plain calculation.
import { cp, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sendAll } from "../edge/client.mjs";
import { denoVersion, serveDeno } from "../edge/deno.mjs";
import { everyKind, mixed } from "../edge/requests.mjs";
import { bundleScript, loadEdgeRuntime, serveScript } from "../edge/vercel.mjs";
import { bundleWorker, serveWorker, workerdVersion } from "../edge/workerd.mjs";

const EXAMPLE = fileURLToPath(new URL("../../../examples/edge", import.meta.url));
const WARM_UP = 500;
const LOAD = 2000;
const CONCURRENCY = 16;
const GROWTH = 32 * 2 ** 20; // bytes that the load may add to the process: 16 KiB that each request left behind would be more

export default [
  { name: "edge example (workerd)", battery: false, run: runWorkerd },
  { name: "edge example (edge-runtime)", battery: false, run: runVercel },
  { name: "edge example (Deno)", battery: false, run: runDeno },
];

/** The load, and what it leaves in memory. */
async function runWorkerd({ app, tools }) {
  const folder = await copyExample(app, "edge-workerd");
  const { main, compatibility_date } = JSON.parse(await readFile(join(folder, "wrangler.jsonc"), "utf8"));
  const out = join(folder, "out");
  await mkdir(out, { recursive: true });
  const config = await bundleWorker(join(folder, main), out, compatibility_date);
  const { cases, coldStart } = await using(
    () => serveWorker(tools, config),
    async (server, checked) => {
      const warm = await sendAll(server.url, mixed(2, WARM_UP), CONCURRENCY);
      const before = await residentBytes(server.pid);
      const loaded = await sendAll(server.url, mixed(3, LOAD), CONCURRENCY);
      checkGrowth(before, await residentBytes(server.pid));
      return checked + warm + loaded;
    },
  );
  return { version: workerdVersion(tools), engine: "V8", cases, coldStart };
}

async function runVercel({ app, tools }) {
  const edge = loadEdgeRuntime(tools);
  const folder = await copyExample(app, "edge-vercel");
  const script = await bundleScript(join(folder, "vercel.js"), "route");
  const result = await using(() => serveScript(edge, script, "route.default"));
  return { version: edge.version, engine: "V8", ...result };
}

async function runDeno({ app, tools }) {
  const folder = await copyExample(app, "edge-deno");
  const result = await using(() => serveDeno(tools, join(folder, "deno.js")));
  return { version: denoVersion(tools), engine: "V8", ...result };
}

/** The example as a user would have copied it, beside the installed package. */
async function copyExample(app, name) {
  const folder = join(app, name);
  await cp(EXAMPLE, folder, { recursive: true });
  return folder;
}

/**
 * Starts a server, sends it every kind of request, and then does more with it.
 * @returns how many answers were right, and the time from its start to its first score, by the clock of this process
 */
async function using(start, more = (_server, checked) => checked) {
  const [one, every] = [mixed(1, 1), everyKind(1)];
  const begun = performance.now();
  const server = await start();
  try {
    const first = await sendAll(server.url, one, 1);
    const coldStart = performance.now() - begun;
    const checked = first + (await sendAll(server.url, every, 4));
    return { cases: await more(server, checked), coldStart };
  } finally {
    await server.stop();
  }
}

/** The memory of a process that is in RAM. */
async function residentBytes(pid) {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return 1024 * Number(status.match(/^VmRSS:\s+(\d+) kB$/m)[1]);
}

function checkGrowth(before, after) {
  const mib = (bytes) => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
  if (after - before <= GROWTH) return;
  throw new Error(`${LOAD} requests took workerd from ${mib(before)} to ${mib(after)}, and ${mib(GROWTH)} more were allowed`);
}
