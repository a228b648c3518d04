// Whether time grows in proportion to the length, and no faster: copied calls, on arrays of up to a gigabyte each. Runs
// in a process of its own.

import { serve } from "./child.ts";
import { makeArrays } from "./data.ts";
import type { Arrays } from "./job.ts";
import { JOBS } from "./jobs/index.ts";
import type { Growth } from "./record.ts";
import { changing, type Effort, Row, timeTogether } from "./timing.ts";

const GROWING = ["dice", "labels2"] as const;
const SHORTEST = 2 ** 20;

/** An array of that length which repeats the same data. */
function repeated<A extends Arrays["prediction"]>(array: A, length: number): A {
  const long = new (array.constructor as new (length: number) => A)(length);
  for (let at = 0; at < length; at += array.length) long.set(array.subarray(0, length - at), at);
  return long;
}

async function grow(lengths: readonly number[], effort: Effort): Promise<Growth[]> {
  const longest = Math.max(...lengths);
  const grown: Growth[] = [];
  for (const name of GROWING) {
    const job = JOBS[name];
    const { prediction, target, gradient } = makeArrays(job.data, SHORTEST);
    const [p, t] = [repeated(prediction, longest), repeated(target, longest)];
    const rows = lengths.map((length) => {
      const arrays = changing({ prediction: p.subarray(0, length), target: t.subarray(0, length), gradient });
      return new Row(job.call(length), arrays, effort);
    });
    const timings = await timeTogether(rows, effort.rounds);
    const at = lengths.map((length, i) => ({ length, nanosecondsPerElement: timings[i].median / length }));
    grown.push({ job: name, function: job.function, at });
  }
  return grown;
}

serve<{ readonly lengths: readonly number[]; readonly effort: Effort }>(({ lengths, effort }) => grow(lengths, effort));
