// What the wrapper of copied calls costs: the calls, compared with nothing but the host's `set` into two blocks and the
// kernel on them.
import { readFileSync } from "node:fs";
import { BLOCK, type Kernels, SUMS } from "../src/engine.ts";
import { PREDICTION, TARGET } from "../src/regions.ts";
import { serve } from "./child.ts";
import { makeArrays } from "./data.ts";
import type { Work } from "./job.ts";
import { dice } from "./jobs/regions.ts";
import type { Staging } from "./record.ts";
import { changing, type Effort, Row, speedup, timeTogether } from "./timing.ts";

/** The same sums, on arrays of whole blocks. */
function bare(): Work {
  const memory = new WebAssembly.Memory({ initial: 2, maximum: 2 });
  const module = new WebAssembly.Module(readFileSync(new URL("../dist/dice.wasm", import.meta.url)));
  const { sums_f32 } = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernels;
  const [p, t] = [PREDICTION, TARGET];
  const floats = new Float32Array(memory.buffer);
  const sums = new Float64Array(memory.buffer, SUMS, 6);
  const work = (prediction: Float32Array, target: Float32Array): number => {
    sums.fill(0);
    const blockOf = (array: Float32Array, start: number): Float32Array =>
      array.length === BLOCK ? array : array.subarray(start, start + BLOCK); // a view takes time
    for (let start = 0; start < prediction.length; start += BLOCK) {
      floats.set(blockOf(prediction, start), p >> 2);
      floats.set(blockOf(target, start), t >> 2);
      sums_f32(p, t, BLOCK, SUMS);
    }
    return (2 * (sums[0] + sums[1]) + 1) / (sums[2] + sums[3] + sums[4] + sums[5] + 1);
  };
  return work as Work;
}

/** The share of the bare parts' speed that a call keeps, at each length. */
async function compare({
  lengths,
  effort,
}: {
  readonly lengths: readonly number[];
  readonly effort: Effort;
}): Promise<Staging[]> {
  const parts = bare();
  const compared: Staging[] = [];
  for (const length of lengths) {
    const arrays = changing(makeArrays(dice.data, length));
    const rows = [dice.call(length), parts].map((work) => new Row(work, arrays, effort));
    const [call, alone] = await timeTogether(rows, effort.rounds);
    compared.push({ length, share: speedup(call, alone) });
  }
  return compared;
}

serve(compare);
