// Small apps on the packed tarball, by every bundler and by Next.js: what they make must run, and give the numbers that
// the package gives without them; what is not used must shake out.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzip, markdown, printTable } from "../tables.mjs";
import { installTools, root } from "../tools.mjs";
import { check, close, expect } from "./checks.mjs";
import { expectFigures, expectPublished } from "./expected.mjs";
import { here, makeApp, versionOf } from "./room.mjs";

installTools(here);
const { bundlers } = await import("./bundlers.mjs");
const { checkNext } = await import("./next.mjs");
const { app } = makeApp();
const out = mkdtempSync(join(tmpdir(), "dice-wasm-bundles-")); // where nothing is installed: a bundle must hold all it needs
process.on("exit", () => rmSync(out, { recursive: true, force: true }));
cpSync(join(here, "apps"), join(app, "apps"), { recursive: true });

const NOTHING = 100; // bytes that may remain of an app that uses nothing
const run = (file) => JSON.parse(execFileSync(process.execPath, [file], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }));
const entryOf = (what) => join(app, "apps", `${what}.mjs`);
const plain = run(entryOf("everything"));

/** What must hold of each app, whoever bundled it. */
const apps = {
  nothing: ({ code }) => expect(code.length <= NOTHING, `${code.length} bytes remain of what is not used`),
  loss: ({ code, printed }) => {
    expectPublished("diceLoss", printed);
    const named = ["diceLoss", "overlap", "Overlap", "scoreLabels"]; // all but the first in its errors
    const unused = [...plain.names.filter((name) => !named.includes(name)), "truePositives"]; // of scoreLabels
    const kept = unused.filter((word) => code.includes(word));
    expect(kept.length === 0, `of what is not used there remain ${kept.join(", ")}`);
  },
  everything: ({ printed }) => expectFigures(printed, plain),
};

/** Bundles an app, runs it and checks it; gives its row of the table. */
async function checkApp({ name, tool, bundle }, what) {
  const file = join(out, tool, what, "main.mjs");
  mkdirSync(dirname(file), { recursive: true });
  const start = performance.now();
  await bundle(entryOf(what), file);
  const seconds = (performance.now() - start) / 1000;
  const code = readFileSync(file, "utf8");
  apps[what]({ code, printed: run(file) });
  return [name, versionOf(tool), what, `${Buffer.byteLength(code)}`, `${gzip(code)}`, `${seconds.toFixed(1)} s`];
}

const rows = [["bundler", "version", "app", "minified", "gzip -9", "built in"]];
for (const bundler of bundlers) {
  for (const what of Object.keys(apps)) {
    const row = await check(`${bundler.name} ${versionOf(bundler.tool)}: ${what}`, () => checkApp(bundler, what));
    if (row) rows.push(row);
  }
}
if (rows.length === 1 + bundlers.length * Object.keys(apps).length) record(rows);
const seconds = await checkNext(app, plain);
if (seconds !== undefined) rows.push(["Next.js", versionOf("next"), "routes", "", "", `${seconds.toFixed(1)} s`]);

console.log();
printTable(rows);
close();

/** The bytes, without the times, which are another machine's tomorrow. */
function record(rows) {
  writeFileSync(
    join(root, "bench/BUNDLERS.md"),
    `# Bundles

Written by \`npm run test:bundlers\`: three apps on the packed tarball, minified for browsers by each bundler with the settings
that its manual begins with, in bytes. One imports all and uses nothing, one calls \`diceLoss\`, one uses every function.

${markdown(rows.map((row) => row.slice(0, -1)))}
`,
  );
}
