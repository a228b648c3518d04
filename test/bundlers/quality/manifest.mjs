// The package as its tools see it: publint and Are The Types Wrong, on the tarball.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { check, expect } from "../checks.mjs";
import { here, versionOf } from "../room.mjs";

export async function checkManifest(app, tarball) {
  await check(`publint ${versionOf("publint")}, strict`, async () => {
    const bytes = readFileSync(tarball);
    const { messages, pkg } = await publint({ pack: { tarball: new Uint8Array(bytes).buffer }, strict: true });
    expect(messages.length === 0, messages.map((message) => formatMessage(message, pkg)).join("\n"));
  });
  await check(`Are The Types Wrong ${versionOf("@arethetypeswrong/cli")}`, () => {
    const copy = join(app, "attw/package.tgz"); // of a tarball's name it may take what lies beside it away
    mkdirSync(join(app, "attw"));
    copyFileSync(tarball, copy);
    const attw = join(here, "node_modules/@arethetypeswrong/cli/dist/index.js");
    const args = [attw, copy, "--profile", "esm-only", "--exclude-entrypoints", "./dice.wasm", "--no-color", "--no-emoji"];
    try {
      execFileSync(process.execPath, args, { cwd: join(app, "attw"), encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
    } catch (error) {
      throw new Error(error.stdout || error.stderr || error.message);
    }
  });
}
