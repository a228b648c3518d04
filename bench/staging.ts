// What the wrapper of copied calls costs: they beside nothing but the host's `set` into two blocks and the kernel on them.
import { readFileSync } from "node:fs";
import { serve } from "./child.ts";
import { makeArrays } from "./data.ts";
import type { Work } from "./job.ts";
import { dice } from "./jobs/regions.ts";
import type { Staging } from "./record.ts";
import { changing, type Effort, Row, speedup, timeTogether } from "./timing.ts";

interface Exports {
  readonly block: WebAssembly.Global<"i32">;
  readonly stage: WebAssembly.Global<"i32">;
  readonly sumsOut: WebAssembly.Global<"i32">;
  sums_f32(p: number, t: number, n: number, out: number): void;
}

/** The same sums, of arrays that are whole blocks. */
function bare(): Work {
  const memory = new WebAssembly.Memory({ initial: 2, maximum: 2 });
  const module = new WebAssembly.Module(readFileSync(new URL("../dist/dice.wasm", import.meta.url)));
  const { sums_f32, ...constants } = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Exports;
  const [block, p, out] = [constants.block.value, constants.stage.value, constants.sumsOut.value];
  const t = p + 4 * block;
  const floats = new Float32Array(memory.buffer);
  const sums = new Float64Array(memory.buffer, out, 6);
  const work = (prediction: Float32Array, target: Float32Array): number => {
    sums.fill(0);
    for (let start = 0; start < prediction.length; start += block) {
      floats.set(prediction.subarray(start, start + block), p >> 2);
      floats.set(target.subarray(start, start + block), t >> 2);
      sums_f32(p, t, block, out);
    }
    return (2 * (sums[0] + sums[1]) + 1) / (sums[2] + sums[3] + sums[4] + sums[5] + 1);
  };
  return work as Work;
}

/** Of the speed of the bare parts, the share that a call keeps at each length. */
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
