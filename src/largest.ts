// Predictions made hard by the largest class of each position: counted as a label map, or as planes of 0 and 1.
import type { IntegerArray, Prediction } from "./arrays.ts";
import { wrongValue } from "./check.ts";
import { countNarrowed, countRows, MOST_CLASSES, type NarrowedMaps } from "./counting.ts";
import type { Address, Engine } from "./engine.ts";
import type { Geometry } from "./geometry.ts";
import { Labels, LEAST_LABELS, LEFT_OUT, PAGE } from "./labels.ts";
import { type Call, floatsOf } from "./operands.ts";
import { Overlap } from "./overlap.ts";
import { type Planes, rowsAt } from "./planes.ts";
import type { Taking } from "./sums.ts";

const POSITIONS = 1536; // brought in at once
/** Classes seen together: in place, planes a power of two apart share a set of the cache, which holds a few more. */
const GROUP = 4;
const STRIDE = 6160; // bytes from one plane to the next

// Where they lie, after what counting takes (written out, as bundlers keep a sum that nobody uses).
const MOST: Address = 40_064; // the largest values
const CHOSEN: Address = 46_208; // the classes that have them
const PLANES: Address = 52_352; // of a group; raw integers of the target come later
const ROWS: Address = 76_992; // of channels-last data
const MOST_IN_ROWS = 27_955; // classes of which four rows fit, the fewest that are read, and three elements past them

/** The counts against labels of every class, predicted where it is the largest, of equals the first. */
export function countLargest(call: Call<Prediction, IntegerArray>, geometry: Geometry, taking: Taking): Overlap {
  const { engine, target } = call;
  const { kernels } = engine;
  const { samples, classes, positions, last } = geometry;
  const most = last ? MOST_IN_ROWS : MOST_CLASSES;
  if (classes > most) wrongValue("shape", `at most ${most} classes`, classes);
  const predictions = floatsOf(engine, "prediction", call.prediction);
  const inPlace = predictions.inPlace && !last;
  const stride = inPlace ? 4 * positions : STRIDE;

  /** Where the planes of the classes from c on are, `count` of them, of n positions. */
  const groupAt = (position: number, n: number, c: number, count: number, rows: Address): Address => {
    const element = position + (Math.floor(position / positions) * (classes - 1) + c) * positions;
    if (inPlace) return predictions.at(element, n, 0);
    if (last) kernels.transpose(rows + 4 * c, 4 * classes, n, count, PLANES, STRIDE);
    else for (let k = 0; k < count; k++) predictions.at(element + positions * k, n, PLANES + STRIDE * k);
    return PLANES;
  };

  /** The largest classes as bytes, as Labels narrow theirs; positions with NaN are of no class. */
  const narrow = (position: number, n: number, bytes: Address, _raw: Address, first: number): boolean => {
    if (first === 0) {
      // other pages of the same positions follow, and read what is found here
      const rows = last ? rowsAt(engine, predictions, position, n, classes, ROWS) : 0;
      beginLargest(engine, MOST, CHOSEN, n);
      for (let c = 0; c < classes; c += GROUP) {
        const count = Math.min(GROUP, classes - c);
        kernels.argmax(groupAt(position, n, c, count, rows), stride, c, c + count - 1, n, MOST, CHOSEN);
      }
    }
    kernels.narrow_u32(CHOSEN, bytes, Math.max(LEAST_LABELS, n), first, 0, 0, -1);
    return false;
  };

  const step = last ? Math.min(POSITIONS, 4 * Math.floor(MOST_IN_ROWS / classes)) : POSITIONS;
  const labels = new Labels(engine, target, taking);
  const maps: NarrowedMaps = { engine, prediction: { narrow }, target: labels, exclusion: taking, classes, step, raw: PLANES };
  const overlap = new Overlap({ samples, classes });
  overlap.setKind("product");
  for (let sample = 0; sample < samples; sample++) {
    countRows(overlap, sample, countNarrowed(maps, sample * positions, positions));
  }
  return overlap;
}

/** Before any class, the largest values of n positions are −∞ and their labels 0. */
function beginLargest({ f32 }: Engine, most: Address, labels: Address, n: number): void {
  f32.fill(Number.NEGATIVE_INFINITY, most / 4, most / 4 + n);
  f32.fill(0, labels / 4, labels / 4 + n);
}

/** For float targets: in the planes, makes the largest class of each position 1, of equals the first, and the others 0. */
export function chooseLargest(planes: Planes, n: number): void {
  const { engine, p, spare: chosen } = planes;
  const { kernels } = engine;
  const [most, bytes] = [planes.gradient(0), planes.raw]; // both are free
  beginLargest(engine, most, chosen, n);
  kernels.argmax(p[0], planes.sourceStride(), 0, p.length - 1, n, most, chosen);
  for (let c = 0; c < p.length; c++) {
    if (c % PAGE === 0) kernels.narrow_u32(chosen, bytes, Math.max(LEAST_LABELS, n), c, 0, 0, -1);
    p[c] = planes.prediction(c);
    kernels.one_hot(bytes, c % PAGE, p[c], n, LEFT_OUT);
  }
}
