// The workflows: of the right form, calling only what there is, and publishing without a token.
import { execFileSync } from "node:child_process";
import { accessSync, constants, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { root } from "../../tools.mjs";
import { check, expect } from "../checks.mjs";
import { here } from "../room.mjs";

const FOLDER = join(root, ".github/workflows");
const PINNED = /^[\w-]+\/[\w-]+@(v\d+|[0-9a-f]{40})$/;

export async function checkWorkflows() {
  for (const name of readdirSync(FOLDER)) {
    const text = readFileSync(join(FOLDER, name), "utf8");
    await check(`${name} is a workflow`, () => checkForm(name, text));
    await check(`${name} calls only what there is`, () => checkCalls(parse(text)));
  }
  await check(".ci/run calls only scripts that there are", () => checkScripts(readFileSync(join(root, ".ci/run"), "utf8")));
  await check("publish.yml tests first and publishes without a token", () => {
    checkPublishing(readFileSync(join(FOLDER, "publish.yml"), "utf8"));
  });
}

function parse(text) {
  const document = parseDocument(text);
  const problems = [...document.errors, ...document.warnings];
  expect(problems.length === 0, problems.join("\n"));
  return document.toJS();
}

function checkForm(name, text) {
  parse(text);
  try {
    const validator = join(here, "node_modules/@action-validator/cli/cli.mjs");
    execFileSync(process.execPath, [validator, join(FOLDER, name)], { cwd: root, encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    throw new Error(error.stdout || error.stderr || error.message);
  }
}

function checkCalls({ jobs }) {
  const steps = Object.values(jobs).flatMap((job) => job.steps);
  const loose = steps.flatMap(({ uses }) => (uses && !PINNED.test(uses) ? [uses] : []));
  expect(loose.length === 0, `not pinned: ${loose.join(", ")}`);
  for (const { run } of steps) {
    if (run === undefined) continue;
    checkScripts(run);
    for (const [file] of run.matchAll(/^\.\S+/gm)) accessSync(join(root, file), constants.X_OK);
  }
}

/** Every script that a line calls is in package.json. */
function checkScripts(lines) {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const called = [...lines.matchAll(/\bnpm (?:run ([\w:-]+)|(test|start)\b)/g)].map(([, script, short]) => script ?? short);
  const missing = called.filter((script) => !(script in scripts));
  expect(missing.length === 0, `not in package.json: ${missing.join(", ")}`);
}

function checkPublishing(text) {
  const { jobs } = parse(text);
  expect(!/secrets\.|_TOKEN|_authToken/.test(text), "it knows a token");
  const runs = (job) => job.steps.map(({ run }) => run);
  const [publishing, ...others] = Object.values(jobs).filter((job) => runs(job).some((run) => /\bnpm publish\b/.test(run)));
  expect(publishing && others.length === 0, "not one job publishes");
  expect(publishing.permissions?.["id-token"] === "write", "the job that publishes has no identity");
  expect(runs(jobs[publishing.needs] ?? { steps: [] }).includes("npm test"), "the job that it needs runs no tests");
}
