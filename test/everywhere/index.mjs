// The matrix: the packed tarball in every runtime, the same battery with the same bits, and the cold start of each.
//   npm run test:everywhere                  all of runtimes/
//   npm run test:everywhere -- node deno     some of them
//   npm run test:everywhere -- --record      all; what they agree upon becomes the recorded digest, and the table
//                                            bench/RUNTIMES.md
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { stop } from "esbuild";
import { installTools, within } from "../tools.mjs";
import { makeApp } from "./app.mjs";
import { installMissing } from "./browsers/find.mjs";
import { endLeftProcesses, killMarked, markProcesses } from "./processes.mjs";
import { differenceOf, HEADER, lineOf, pageOf } from "./report.mjs";

const LONGEST = 300_000; // milliseconds of one runtime
const recordFile = new URL("digest.json", import.meta.url);
const page = new URL("../../bench/RUNTIMES.md", import.meta.url);
const recording = process.argv.includes("--record");
const wanted = process.argv.slice(2).filter((argument) => argument !== "--record");

if (recording && (wanted.length > 0 || process.arch !== "x64")) throw new Error("--record takes every runtime, on x86-64");
markProcesses();
const tools = installTools(fileURLToPath(new URL(".", import.meta.url)));
const drivers = await driversOf(wanted); // which import tools
installMissing(drivers.flatMap(({ commands = [] }) => commands));
const { app, tarball } = makeApp();
process.once("exit", () => {
  killMarked();
  rmSync(app, { recursive: true, force: true });
});
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

const recorded = recording ? undefined : JSON.parse(readFileSync(recordFile, "utf8"));
const digests = new Set();
const results = [];
let first; // what the others are compared with where nothing is recorded
let failed = 0;
console.log(HEADER);
for (const driver of drivers) {
  const troubles = await troublesOf(driver);
  if (troubles.length > 0) failed++;
  for (const trouble of troubles) console.log(`✗ ${driver.name}: ${trouble}`);
}
if (recording && failed === 0) {
  writeFileSync(recordFile, `${JSON.stringify(first, null, 2)}\n`);
  writeFileSync(page, pageOf(results));
}
console.log(`\ncomputed: ${[...digests].join(" and ")}`);
console.log(`recorded: ${recorded?.digest ?? (failed === 0 ? "this, now" : "nothing, for the failures")}`);
console.log(`${drivers.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

/** The drivers of the folder: all of them, unless some are named. */
async function driversOf(names) {
  const found = readdirSync(new URL("runtimes/", import.meta.url)).map((file) => file.replace(/\.mjs$/, ""));
  const unknown = names.find((name) => !found.includes(name));
  if (unknown) throw new Error(`no runtime "${unknown}": there are ${found.join(", ")}`);
  const chosen = names.length > 0 ? names : found;
  return (await Promise.all(chosen.map((name) => import(`./runtimes/${name}.mjs`)))).flatMap((module) => module.default);
}

/** Runs a runtime and prints its line; gives what is wrong with it. */
async function troublesOf(driver) {
  const troubles = [];
  try {
    const result = {
      name: driver.name,
      ...(await within(LONGEST, driver.run({ app, tarball, tools }), () => `took longer than ${LONGEST / 1000} s`)),
    };
    console.log(lineOf(result));
    results.push(result);
    if (driver.battery !== false) troubles.push(...differencesOf(result)); // else it ran something of its own
  } catch (error) {
    troubles.push(error.message);
  }
  return troubles.concat(await leftBehind());
}

/** What differs from the record, or from the first runtime. */
function differencesOf({ cases, digest, hashes }) {
  digests.add(digest);
  first ??= { digest, hashes };
  const difference = differenceOf({ digest, hashes }, recorded ?? first);
  const counted = cases === hashes.length ? [] : [`${cases} cases with ${hashes.length} hashes`];
  return difference ? [...counted, difference] : counted;
}

/** Ends what a runtime left running; it should have left nothing. */
async function leftBehind() {
  await stop(); // the service of esbuild, which drivers share
  const left = await endLeftProcesses();
  return left.length > 0 ? [`left running: ${left.join(", ")}`] : [];
}
