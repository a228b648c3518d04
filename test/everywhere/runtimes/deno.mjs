// Deno, without any permission.
import { join } from "node:path";
import { commandLine } from "../command-line.mjs";

export default commandLine({
  name: "Deno",
  engine: "V8",
  command: (tools) => join(tools, ".bin/deno"),
  args: ["run", "--quiet", "--no-prompt", "--cached-only"],
  env: { DENO_DIR: ".deno", DENO_NO_UPDATE_CHECK: "1" },
});
