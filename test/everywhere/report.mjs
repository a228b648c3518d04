// The table of the matrix, and what differs.
import { cpus } from "node:os";
import { markdown } from "../tables.mjs";
import { nameOf } from "./battery.mjs";

const COLUMNS = [
  ["runtime", 27, ({ name }) => name],
  ["version", 22, ({ version }) => version],
  ["engine", 15, ({ engine }) => engine],
  ["cases", 6, ({ cases }) => `${cases}`],
  ["digest", 16, ({ digest }) => digest?.slice(0, 16) ?? "-"],
  ["cold start", 10, ({ coldStart }) => milliseconds(coldStart)],
  ["beyond an empty module", 23, ({ coldStart, emptyModule }) => milliseconds(coldStart - emptyModule)],
];

const milliseconds = (time) => (Number.isFinite(time) ? `${time.toFixed(1)} ms` : "-");

export const HEADER = COLUMNS.map(([name, width]) => name.padEnd(width)).join(" ");

/** One runtime's line. */
export function lineOf(result) {
  return COLUMNS.map(([, width, cell]) => cell(result).padEnd(width)).join(" ");
}

const WISHED = 5; // milliseconds of a cold start in Node, beyond an empty module

/** Which versions of Node start as fast as is wished for. */
function ofWish(results) {
  const nodes = results.filter(({ name }) => name.startsWith("Node "));
  const verdicts = nodes.map(
    ({ name, coldStart, emptyModule }) => `${name} ${coldStart - emptyModule <= WISHED ? "met" : "not met"}`,
  );
  return `Wished for in Node, at most ${WISHED} ms beyond an empty module: ${verdicts.join(", ")}.`;
}

/** The page of a recorded run. */
export function pageOf(results) {
  const [{ model }] = cpus();
  const rows = results.map((result) => COLUMNS.map(([, , cell]) => cell(result)));
  return `# Runtimes

Written by \`npm run test:everywhere -- --record\` on ${new Date().toISOString().slice(0, 10)}, ${model.trim()} (${cpus().length} cores): the
packed tarball in each runtime, the digest of one battery of calls there, and the milliseconds of its import and first call, the
median of several fresh processes or pages (of the edge example, of one answer). The machine is shared: times come and go.

${markdown([COLUMNS.map(([name]) => name), ...rows])}

${ofWish(results)}
`;
}

/** What differs between two runs of the battery, in words; undefined where they are the same. */
export function differenceOf(got, expected) {
  if (got.digest === expected.digest) return undefined;
  if (got.hashes.length !== expected.hashes.length) return `${got.hashes.length} calls, expected ${expected.hashes.length}`;
  const differing = got.hashes.map((_, i) => i).filter((i) => got.hashes[i] !== expected.hashes[i]);
  const [first] = differing;
  if (first === undefined) return `digest ${got.digest}, expected ${expected.digest}, and no hash differs`;
  return `other bits in ${differing.length} calls, the first: call ${first}, ${nameOf(first)}`;
}
