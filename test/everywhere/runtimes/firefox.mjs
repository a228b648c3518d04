// Firefox ESR, over WebDriver BiDi: the single file in a page and in a worker.
import { check } from "../browsers/check.mjs";
import { startPuppeteer } from "../browsers/puppeteer.mjs";

async function run(context) {
  return { engine: "SpiderMonkey", ...(await check(context, () => startPuppeteer("firefox", "firefox-esr"))) };
}

export default { name: "Firefox ESR", run, commands: ["firefox-esr"] };
