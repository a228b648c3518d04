// WebKitGTK, the engine of Safari: the single file in a page and in a worker.
import { check } from "../browsers/check.mjs";
import { startWebKit } from "../browsers/webkit.mjs";

async function run(context) {
  return { engine: "JavaScriptCore", ...(await check(context, startWebKit)) };
}

export default { name: "WebKitGTK", run, commands: ["Xvfb", "WebKitWebDriver"] };
