// Bun, which installs nothing by itself here.
import { join } from "node:path";
import { commandLine } from "../command-line.mjs";

export default commandLine({
  name: "Bun",
  engine: "JavaScriptCore",
  command: (tools) => join(tools, ".bin/bun"),
  args: ["--no-install"],
  env: { BUN_RUNTIME_TRANSPILER_CACHE_PATH: "0" }, // what it transpiled before is no cold start
});
