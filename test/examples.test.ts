import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";

/** What an example prints; fails where its exit code is not 0. */
async function run(name: string): Promise<string> {
  const file = fileURLToPath(new URL(`../examples/${name}.mjs`, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [file]);
  return stdout;
}

/** The number behind a label. */
function figure(output: string, label: string): number {
  const found = output.match(new RegExp(`${label}\\W+?(-?\\d[\\d.]*)`));
  return Number(found?.[1]);
}

describe("start", () => {
  let output: string;
  beforeAll(async () => {
    output = await run("start");
  });

  test("the published figures", () => {
    for (const published of ["2.4347036", "0.64307916", "0.35692084", "0.59916145", "0.40083855"]) {
      expect(output).toContain(published);
    }
    expect(output).toContain("✓ every figure agrees within float32 rounding");
  });

  test("the slice's indices hang together", () => {
    const D = figure(output, "Dice coefficient");
    expect(figure(output, "Dice loss")).toBeCloseTo(1 - D, 5);
    expect(figure(output, "Jaccard index")).toBeCloseTo(D / (2 - D), 4);
    expect(figure(output, "Dice loss, −ln D")).toBeCloseTo(-Math.log(D), 5);
  });

  test("the volume's bits, gradient and times", () => {
    expect(output).toContain("8,998,912 voxels");
    expect(output).toContain("✓ copied and zero-copy are equal to the bit");
    expect(output).toMatch(/✓ the gradient is the central difference .* largest relative deviation \d\.\de-\d/);
    expect(output).toMatch(/plain JS, naive +\d+\.\d+ +\d+\.\d+ G\/s/);
  });

  test("every check holds", () => expect(output).toContain("all 5 checks hold"));
});

test("score: the best threshold for a slice of a brain", async () => {
  const output = await run("score");
  expect(output).toContain("threshold 0.2: Dice 0.8523, Jaccard 0.7426, precision 0.7711, recall 0.9526");
  expect(output).toContain("best threshold: 0.2");
});

test("stream: shards merge to the bits of the whole", async () => {
  const output = await run("stream");
  expect(output).toContain("1000000 positions");
  expect(output).toContain("merged = whole, to the bit: yes");
});

test("train: the loss goes down at every line, and the brain is found", async () => {
  const output = await run("train");
  const losses = [...output.matchAll(/loss (\d\.\d+)/g)].map((match) => Number(match[1]));
  expect(losses).toHaveLength(6);
  for (const [i, loss] of losses.slice(1).entries()) expect(loss).toBeLessThan(losses[i]);
  expect(losses[5]).toBeLessThan(losses[0] / 5);
  expect(figure(output, "Dice of the mask at 0.5")).toBeGreaterThan(0.95);
});
