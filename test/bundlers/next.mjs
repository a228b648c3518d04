// Next.js: one route on Node and one on the edge runtime, built for production, started on loopback, asked and stopped.
import { spawn } from "node:child_process";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../tools.mjs";
import { check, expect } from "./checks.mjs";
import { expectFigures } from "./expected.mjs";
import { here } from "./room.mjs";

const NEXT = join(here, "node_modules/next/dist/bin/next");
const LIMIT = 180_000; // ms for each thing that is waited for
const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production" };

/** Builds, starts and asks for the figures, which must be the plain ones; gives the seconds of the build. */
export async function checkNext(app, plain) {
  const folder = join(app, "next");
  cpSync(join(here, "next"), folder, { recursive: true });
  const start = performance.now();
  const built = await check("Next.js: next build", () => build(folder));
  const seconds = (performance.now() - start) / 1000;
  if (!built) return undefined;
  await check("Next.js: the edge route has the module as a file, not as inlined bytes", () => checkModule(folder));
  await check("Next.js: next start answers on both routes", () => withServer(folder, (address) => checkRoutes(address, plain)));
  return seconds;
}

/** Runs Next, collecting what it says, in a process group of its own that can be ended whole. */
function next(folder, ...args) {
  const child = spawn(process.execPath, [NEXT, ...args], { cwd: folder, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => said.push(data));
  const ended = new Promise((resolve) => child.once("close", resolve));
  const kill = () => child.exitCode === null && child.signalCode === null && process.kill(-child.pid, "SIGKILL");
  process.on("exit", kill);
  const end = async () => {
    kill();
    await ended;
  };
  return { ended, end, said: () => Buffer.concat(said).toString() };
}

async function build(folder) {
  const { ended, end, said } = next(folder, "build");
  const timer = setTimeout(end, LIMIT);
  const code = await ended;
  clearTimeout(timer);
  expect(code === 0, `next build ended with ${code}:\n${said()}`);
  return true;
}

/** Under the condition `edge-light` the import is of dice.wasm, which Next puts beside the code of the route. */
function checkModule(folder) {
  const { functions } = JSON.parse(readFileSync(join(folder, ".next/server/middleware-manifest.json"), "utf8"));
  const edge = functions["/edge/route"] ?? {};
  expect(edge.wasm?.length === 1, `the edge route lists ${JSON.stringify(edge.wasm)} as its modules`);
  const built = readFileSync(join(folder, ".next", edge.wasm[0].filePath));
  const packed = readFileSync(join(folder, "../node_modules/dice-wasm/dist/dice.wasm"));
  expect(built.equals(packed), `${edge.wasm[0].filePath} is not dice.wasm`);
}

async function withServer(folder, ask) {
  const port = await freePort();
  const server = next(folder, "start", "-H", "127.0.0.1", "-p", `${port}`);
  try {
    const stopped = server.ended.then((code) => {
      throw new Error(`next start ended with ${code}:\n${server.said()}`);
    });
    await Promise.race([ask(`http://127.0.0.1:${port}`), stopped]);
  } finally {
    await server.end();
  }
}

async function checkRoutes(address, plain) {
  for (const route of ["node", "edge"]) {
    const answer = await patiently(() => fetch(`${address}/${route}`, { signal: AbortSignal.timeout(LIMIT) }));
    const text = await answer.text();
    expect(answer.status === 200, `/${route} answered ${answer.status}: ${text.slice(0, 300)}`);
    const { host, figures } = JSON.parse(text);
    expect(host === route, `/${route} ran on ${host}`);
    expectFigures(figures, plain);
  }
}

/** Asks until the server listens. */
async function patiently(ask) {
  for (const start = performance.now(); ; ) {
    try {
      return await ask();
    } catch (error) {
      if (performance.now() - start > LIMIT) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
