// From which length on a call with ordinary arrays beats the best plain JavaScript. A process of its own, which never
// calls `allocate`: what most programs are.
import { diceCoefficient } from "dice-wasm";
import { serve } from "./child.ts";
import { fillMask, fillProbabilities } from "./data.ts";
import type { Crossover } from "./record.ts";
import { diceFour, diceNaive, diceTree, diceTwo } from "./rivals.ts";
import { best, changing, type Effort, Row, speedup, timeTogether } from "./timing.ts";

const LENGTHS = [8, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 1024];

async function ratioAt(length: number, effort: Effort): Promise<number> {
  const here = changing({ p: fillProbabilities(new Float32Array(length)), t: fillMask(new Float32Array(length)) });
  const rows = [
    new Row(() => diceCoefficient(here.p, here.t), effort),
    new Row(() => diceNaive(here.p, here.t), effort),
    new Row(() => diceTwo(here.p, here.t), effort),
    new Row(() => diceFour(here.p, here.t), effort),
    new Row(() => diceTree(here.p, here.t), effort),
  ];
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
