// The benchmark: npm run bench. --quick takes fewer lengths and rounds; --only=labels4,softmax4 measures some jobs alone,
// --lengths=4096,65536 those lengths: both are printed and not written, and with --hosts measured on other hosts too.
// --check (npm run bench:check) compares a short run with the record; with --if-steady only if the machine is steady
// enough.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { allocate } from "dice-wasm";
import type { Verdict } from "./bars.ts";
import { chart, rooflineChart } from "./chart.ts";
import { compare, recordsMissing, TOLERANCE, unrecorded, unsteadiness } from "./check.ts";
import { askOnce } from "./child.ts";
import { measureFirstCall } from "./first-call.ts";
import { hosts } from "./hosts.ts";
import { countInstructions } from "./instructions.ts";
import { type Job, positionsOf } from "./job.ts";
import { JOB_NAMES, JOBS, type JobName } from "./jobs/index.ts";
import { kernelsOf } from "./kernels.ts";
import { installLibraries, LIBRARIES } from "./libraries.ts";
import { describeMachine } from "./machine.ts";
import { CHECKED_LENGTHS, keyOf, readMachines, withRun, writeMachines } from "./machines.ts";
import { type Group, groupsOf, Makers } from "./measure.ts";
import { printRow } from "./print.ts";
import type { Accuracy, Crossover, Growth, HostRows, Results, Roofline, RowRecord, Staging } from "./record.ts";
import { report } from "./report.ts";
import type { Effort } from "./timing.ts";
import { allOf } from "./verdicts.ts";
import { compileYardsticks } from "./yardstick.ts";

const LENGTHS = [16, 64, 128, 256, 1024, 4096, 16384, 65536, 2 ** 18, 2 ** 20, 2 ** 22, 2 ** 24, 2 ** 26];
const FAMILY_LENGTHS = [16, 256, 1024, 4096, 16384, 65536, 2 ** 18, 2 ** 20, 2 ** 24, 2 ** 26];
const HOST_LENGTHS = [1024, 16384, 2 ** 20];
const QUICK_LENGTHS = [64, 4096, 65536, 2 ** 20];
const QUICK_FAMILY_LENGTHS = [16384];
const GROWING_LENGTHS = [2 ** 20, 2 ** 22, 2 ** 24, 2 ** 26, 2 ** 28];
const QUICK_GROWING_LENGTHS = [2 ** 20, 2 ** 22];
const WORKING_SETS = [13, 14, 15, 17, 19, 20, 21, 22, 23, 25, 27, 29].map((power) => 2 ** power); // bytes
const STAGED_LENGTHS = [4096, 65536, 2 ** 20];
const LONG = 2 ** 22; // from this length on a call takes milliseconds, and samples are few

const checking = process.argv.includes("--check");
const quick = checking || process.argv.includes("--quick");
const only = listOf("only");
const lengths = listOf("lengths")?.map(Number);
const partial = only !== undefined || lengths !== undefined;

/** The values of an argument --name=a,b. */
function listOf(name: string): readonly string[] | undefined {
  const start = `--${name}=`;
  return process.argv
    .find((argument) => argument.startsWith(start))
    ?.slice(start.length)
    .split(",");
}

function jobsAsked(): readonly JobName[] {
  const unknown = only?.filter((name) => !(name in JOBS)) ?? [];
  if (unknown.length > 0) throw new Error(`no job is called ${unknown.join(", ")}: there are ${JOB_NAMES.join(", ")}`);
  return only ? withBases(only as readonly JobName[]) : JOB_NAMES;
}

/** Jobs, and those that they are set against. */
function withBases(names: readonly JobName[]): readonly JobName[] {
  const bases = names.map((name) => (JOBS[name] as Job).beside?.[0]);
  return JOB_NAMES.filter((name) => names.includes(name) || bases.includes(name));
}

/** The lengths that make at least one position: 16 elements of 20 classes make none. */
function lengthsOf([first]: Group): readonly number[] {
  return lengthsAsked(JOBS[first]).filter((length) => positionsOf(JOBS[first].data, length) > 0);
}

function lengthsAsked({ everyLength }: Job): readonly number[] {
  if (lengths) return lengths;
  if (checking) return CHECKED_LENGTHS;
  if (everyLength) return quick ? QUICK_LENGTHS : LENGTHS;
  return quick ? QUICK_FAMILY_LENGTHS : FAMILY_LENGTHS;
}

/** Jobs measured at every length are the reference for the others: they get more rounds. */
function effortAt([first]: Group, length: number): Effort {
  if (quick) return { rounds: 5, milliseconds: 5, samples: 3, patience: 50 };
  const many = JOBS[first].everyLength;
  if (length < LONG) return { rounds: many ? 15 : 7, milliseconds: many ? 8 : 5, samples: 5, patience: 300 };
  return { rounds: many ? 7 : 3, milliseconds: many ? 20 : 5, samples: many ? 2 : 1, patience: 300 };
}

const hostLengths = lengths ?? (quick ? QUICK_FAMILY_LENGTHS : HOST_LENGTHS);

/** The same on other hosts, at a few lengths. */
async function measureHosts(): Promise<readonly HostRows[]> {
  const effort: Effort = { rounds: 3, milliseconds: 5, samples: 3, patience: quick ? 50 : 200 };
  const measured: HostRows[] = [];
  for (const host of await hosts()) {
    console.log(`On ${host.name}:`);
    const rows: RowRecord[] = [];
    for (const group of groupsOf(jobsAsked())) {
      const makers = new Makers(group, [], [], host);
      for (const length of hostLengths) rows.push(...(await makers.measure(length, effort)));
      await makers.end();
    }
    for (const row of rows) if (row.maker !== "plain") printRow(row);
    await host.end();
    measured.push({ name: host.name, engine: host.engine, rows });
  }
  return measured;
}

async function measureRows(groups = groupsOf(jobsAsked())): Promise<readonly RowRecord[]> {
  const folder = mkdtempSync(join(tmpdir(), "dice-wasm-bench-"));
  try {
    const yardsticks = compileYardsticks(folder);
    const libraries = !checking && installLibraries() ? LIBRARIES : [];
    const rows: RowRecord[] = [];
    for (const group of groups) {
      const makers = new Makers(group, yardsticks, libraries);
      for (const length of lengthsOf(group)) {
        const measured = await makers.measure(length, effortAt(group, length));
        for (const row of measured) printRow(row);
        rows.push(...measured);
      }
      await makers.end();
    }
    return rows;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measureAll(): Promise<Results> {
  const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string };
  const module = readFileSync(new URL("../dist/dice.wasm", import.meta.url));
  const rows = await measureRows();
  const hosts = await measureHosts();
  console.log("Relative errors of the sums Σp·t, Σp, Σt, Σp², Σt², Σmin(p, t):");
  return {
    command: "npm run bench",
    date: new Date().toISOString().slice(0, 10),
    version: manifest.version,
    machine: describeMachine(),
    rows,
    hosts,
    accuracy: await askOnce<Accuracy>("./accuracy.ts", quick ? 2 ** 20 : 2 ** 26),
    crossover: await askOnce<Crossover>("./crossover.ts", effortAt(["dice"], 0)),
    growth: await askOnce<Growth[]>("./growth.ts", {
      lengths: quick ? QUICK_GROWING_LENGTHS : GROWING_LENGTHS,
      effort: effortAt(["dice"], LONG),
    }),
    staging: await askOnce<Staging[]>("./staging.ts", { lengths: STAGED_LENGTHS, effort: effortAt(["dice"], 0) }),
    roofline: await askOnce<Roofline>("./roofline.ts", { sizes: WORKING_SETS, budget: quick ? 20 : 300 }),
    instructions: countInstructions(),
    firstCall: measureFirstCall(quick ? 5 : 21),
    wasmBytes: module.length,
    kernels: kernelsOf(module),
    workspaceBytes: allocate(2 ** 20).prediction.buffer.byteLength,
  };
}

function write(results: Results): void {
  const file = (name: string): URL => new URL(name, import.meta.url);
  const machines = withRun(readMachines(), results);
  writeMachines(machines);
  writeFileSync(file("RESULTS.md"), report(results, machines));
  writeFileSync(file("chart.svg"), chart(results.rows));
  writeFileSync(file("roofline.svg"), rooflineChart(results));
}

function printVerdict({ bar, asked, measured, met, below = [] }: Verdict): void {
  const mark = met === undefined ? "-" : met ? "met" : "NOT MET";
  console.log(`${mark.padEnd(8)} ${bar.padEnd(64)} ${asked.padEnd(10)} ${measured}`);
  for (const each of below) console.log(`${"".padEnd(9)}${each}`);
}

function endUnheld(reason: string, code: 0 | 1): never {
  console.log(`Nothing is held against the record: ${reason}.`);
  process.exit(code);
}

/** Measures rows that seem slower a second time, as the machine may have been busy. */
async function check(): Promise<void> {
  const { cpu } = describeMachine();
  const ifSteady = process.argv.includes("--if-steady");
  const unknown = recordsMissing(cpu);
  if (unknown) endUnheld(unknown, ifSteady ? 0 : 1);
  const rows = await measureRows();
  const unsteady = unsteadiness(rows);
  if (unsteady && ifSteady) endUnheld(unsteady, 0);
  if (unsteady) console.log(`Ratios may differ by this alone: ${unsteady}.`);
  for (const row of unrecorded(cpu, rows)) console.log(`no record: ${keyOf(row)}`);
  const slower = compare(cpu, rows).filter(({ kept }) => !kept);
  const jobs = withBases(slower.map(({ row }) => row.job));
  const again = jobs.length === 0 ? [] : compare(cpu, await measureRows(groupsOf(jobs)));
  const lost = slower.flatMap(({ row }) => again.filter((each) => !each.kept && keyOf(each.row) === keyOf(row)));
  for (const { row, recorded } of lost) {
    console.log(`slower: ${keyOf(row)}: ${row.ratio.toFixed(2)}× the best plain JS, recorded ${recorded.toFixed(2)}×`);
  }
  console.log(
    lost.length === 0
      ? `No ratio is below ${TOLERANCE} of its record.`
      : `${lost.length} ratios are below ${TOLERANCE} of their record.`,
  );
  process.exit(lost.length === 0 ? 0 : 1);
}

if (checking) await check();
const results = partial
  ? { rows: await measureRows(), hosts: process.argv.includes("--hosts") ? await measureHosts() : [] }
  : await measureAll();
if ("machine" in results && !quick) write(results);
for (const verdict of allOf(results)) if (!partial || verdict.met !== undefined) printVerdict(verdict);
