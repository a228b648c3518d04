// The length from which on a call with ordinary arrays beats the best plain JavaScript. Runs in a process of its own
// that, like most programs, never calls `allocate`.

import { serve } from "./child.ts";
import { makeArrays } from "./data.ts";
import { dice } from "./jobs/regions.ts";
import type { Crossover } from "./record.ts";
import { best, changing, type Effort, Row, speedup, timeTogether } from "./timing.ts";

const LENGTHS = [8, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 1024];

async function ratioAt(length: number, effort: Effort): Promise<number> {
  const arrays = changing(makeArrays(dice.data, length));
  const works = [dice.call(length), ...Object.values(dice.rivals)];
  const rows = works.map((work) => new Row(work, arrays, effort));
  const [copied, ...rivals] = await timeTogether(rows, effort.rounds);
  return speedup(copied, best(rivals));
}

async function search(effort: Effort): Promise<Crossover> {
  const searched: { length: number; ratio: number }[] = [];
  for (const length of LENGTHS) searched.push({ length, ratio: await ratioAt(length, effort) });
  const lastLost = searched.map(({ ratio }) => ratio < 1).lastIndexOf(true);
  return { length: searched[lastLost + 1]?.length ?? null, searched };
}

serve(search);
