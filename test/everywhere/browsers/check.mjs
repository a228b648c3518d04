// What every browser is asked, whoever drives it: the single file in pages and workers, with the permission to compile
// WebAssembly and without.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { median, within } from "../../tools.mjs";
import { differenceOf } from "../report.mjs";
import { serve } from "./serve.mjs";

const ALLOWED = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";
const REFUSED = "default-src 'self'; script-src 'self'";
const PATIENCE = 120_000; // ms for a page to answer
const FRESH = 5; // pages of each kind, of which the median is taken
const here = dirname(fileURLToPath(import.meta.url));

/**
 * Asks a browser everything and closes it.
 * @param {{ app: string }} context
 * @param {() => Promise<{ version: string, open(url: string): Promise<unknown>, close(): Promise<unknown> }>} start
 */
export async function check({ app }, start) {
  const browser = await start();
  try {
    const found = await under(ALLOWED, app, browser, askAllowed);
    await under(REFUSED, app, browser, askRefused);
    return { version: browser.version, ...found };
  } finally {
    await browser.close();
  }
}

/** Asks under a policy. */
async function under(policy, app, browser, questions) {
  const folders = {
    app,
    dist: join(app, "node_modules/dice-wasm/dist"),
    pages: join(here, "pages"),
    examples: join(here, "../../../examples"),
  };
  const server = await serve(folders, policy);
  try {
    return await questions((task) => within(PATIENCE, ask(task, browser, server), () => silent(task, server.missing)));
  } finally {
    server.close();
  }
}

/** Has a fresh page do a task, and gives its result. */
async function ask(task, browser, server) {
  const posted = server.posted();
  await browser.open(`${server.origin}/pages/index.html?${task}`);
  const { result, error } = await posted;
  if (error !== undefined) throw new Error(`${task}: ${error}`);
  return result;
}

/** Why a page has not answered, as far as its server knows. */
const silent = (task, missing) =>
  `${task}: the page said nothing in ${PATIENCE / 1000} s; not found: ${[...missing].join(", ") || "nothing"}`;

async function askAllowed(ask) {
  if (!(await ask("strict"))) throw new Error("the page may run code from strings: its policy is not in force");
  const starts = [];
  const empties = [];
  for (let i = 0; i < FRESH; i++) {
    starts.push(await ask("coldStart"));
    empties.push(await ask("emptyModule"));
  }
  const inPage = await ask("battery");
  const difference = differenceOf(await ask("workerBattery"), inPage);
  if (difference) throw new Error(`in a worker: ${difference}`);
  const shown = (await ask("example")).join();
  const expected = [lossOfSquares(20), lossOfSquares(80)].join();
  if (shown !== expected) throw new Error(`examples/browser shows ${shown}, not ${expected}`);
  return { ...inPage, coldStart: median(starts), emptyModule: median(empties) };
}

/** What the example shows, by hand: squares with sides of 80, the predicted one of 0.8, so many columns of it on the other. */
function lossOfSquares(columns) {
  return (1 - (2 * 0.8 * 80 * columns + 1) / (0.8 * 6400 + 6400 + 1)).toFixed(4);
}

async function askRefused(ask) {
  for (const task of ["refusal", "workerRefusal"]) {
    const message = await ask(task);
    const isClear = /^Error: dice-wasm could not start.*'wasm-unsafe-eval'/.test(message);
    if (!isClear) throw new Error(`${task}: it should say what to allow, and said: ${message}`);
  }
}
