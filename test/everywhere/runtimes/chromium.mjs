// Chromium: the single file in a page and in a worker.
import { check } from "../browsers/check.mjs";
import { startPuppeteer } from "../browsers/puppeteer.mjs";

async function run(context) {
  return { engine: "V8", ...(await check(context, () => startPuppeteer("chrome", "chromium"))) };
}

export default { name: "Chromium", run, commands: ["chromium"] };
