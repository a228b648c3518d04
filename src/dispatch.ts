// Which pass a call takes, on which engine.
import { checkPair, type IntegerArray, isIntegers, type Prediction, type Target } from "./arrays.ts";
import { BLOCK, blockAt, type Engine, FLOATS, HEAP, sharedEngine } from "./engine.ts";
import { checkLengths, type Geometry, pooledPositions, readGeometry, type ShapeOptions } from "./geometry.ts";
import { JointPass } from "./joint.ts";
import { refuseMask } from "./operands.ts";
import { Overlap } from "./overlap.ts";
import { type Call, GRID, type Pass, PREDICTION, RegionPass, type Slopes, TARGET, writeSlopes } from "./passes.ts";
import type { Pointwise, Sums } from "./pointwise.ts";
import { Rows } from "./rows.ts";
import { checkPositions } from "./settings.ts";
import { activate, addByteSums, addSums, areAsTheyAre, clearSums, type Taking, takesBytes } from "./sums.ts";
import { engineOf } from "./workspace.ts";

/** Checks both operands and gives their geometry; `pools` says whether samples are pooled. */
export function checkOperands(
  prediction: Prediction,
  target: Target,
  options: ShapeOptions,
  taking: Taking,
  pools: boolean,
): Geometry {
  checkPair(prediction, target);
  const geometry = readGeometry(options, prediction.length);
  checkLengths(prediction, target, geometry);
  checkPositions(geometry, target, taking);
  return pools ? pooledPositions(geometry) : geometry;
}

/** The engine of an array, unless it lies outside of what is allocated, as only views that a user makes of the buffer do. */
function roomyEngineOf(array: Prediction | Target | undefined): Engine | undefined {
  const engine = engineOf(array);
  if (!engine) return undefined;
  const { byteOffset, byteLength } = array as Float32Array;
  return byteOffset >= HEAP && byteOffset + byteLength <= engine.end ? engine : undefined;
}

/** The operands on the engine that holds one of them, or on the shared one. */
export function callOf<P extends Prediction | IntegerArray, T extends Target>(
  prediction: P,
  target: T,
  gradient?: Float32Array,
): Call<P, T> {
  const ofPrediction = roomyEngineOf(prediction);
  const ofTarget = roomyEngineOf(target);
  const ofGradient = roomyEngineOf(gradient);
  const engine = ofPrediction ?? ofTarget ?? ofGradient ?? sharedEngine();
  return {
    engine,
    prediction,
    target,
    gradient,
    predictionResident: ofPrediction === engine,
    targetResident: ofTarget === engine,
    gradientResident: ofGradient === engine,
  };
}

// The staged blocks beside those of predictions and targets: one for whoever needs it, then for the gradient, and predictions that are not
// taken as they are.
const SPARE = 2;
const ACTIVATED = 3;

/**
 * The straight way, which small calls are the faster for: where the operands are one stretch of float32, or a mask of bytes that can be
 * summed as it is, it leaves their sums in the engine and gives that; else it does nothing. The bits are those of any other way.
 */
export function sumStraight(prediction: Prediction, target: Target, taking: Taking): Engine | undefined {
  const isMask = target instanceof Uint8Array && takesBytes(taking);
  if (!(prediction instanceof Float32Array && (isMask || target instanceof Float32Array))) return undefined;
  if (!(ArrayBuffer.isView(prediction) && ArrayBuffer.isView(target))) return undefined; // which a Proxy is not
  const n = prediction.length;
  if (n === 0 || n > GRID || target.length !== n) return undefined;
  const engine = engineOfPair(prediction, target);
  if (!engine) return undefined;
  const [, , lastPrediction, lastTarget] = engine.last;
  const inPlace = lastPrediction !== 0; // the shared engine keeps no pair
  const step = inPlace && areAsTheyAre(taking) ? n : BLOCK;
  clearSums(engine);
  for (let start = 0; start < n; start += step) {
    const count = Math.min(step, n - start);
    const source = inPlace ? lastPrediction + 4 * start : engine.copyIn(prediction, start, count, blockAt(PREDICTION));
    const p = activate(engine, taking, source, blockAt(ACTIVATED), count);
    const t = inPlace
      ? lastTarget + target.BYTES_PER_ELEMENT * start
      : isMask
        ? engine.copyBytesIn(target, start, count, blockAt(TARGET))
        : engine.copyIn(target, start, count, blockAt(TARGET));
    if (!isMask) addSums(engine, taking, p, t, count);
    else if (addByteSums(engine, p, t, count, 1, 1, blockAt(SPARE))) refuseMask(target, start);
  }
  return engine;
}

/** Writes the gradient of `n` elements at most a block, whose sums `sumStraight` has just left in that engine: both operands still lie there. */
export function writeStraight(
  engine: Engine,
  target: Target,
  gradient: Float32Array,
  n: number,
  taking: Taking,
  slopes: Slopes,
): void {
  const [, , source, t] = engine.last;
  const p = areAsTheyAre(taking) ? source || blockAt(PREDICTION) : blockAt(ACTIVATED);
  const resident = engineOf(gradient) === engine;
  const g = resident ? gradient.byteOffset : blockAt(SPARE);
  writeSlopes(engine, taking, slopes, t || blockAt(TARGET), target instanceof Uint8Array ? 1 : FLOATS, p, g, n);
  if (!resident) engine.copyOut(g, n, gradient, 0);
}

/** The engine that holds both operands, whose last pair they then are, or the shared one where none holds either. */
function engineOfPair(prediction: Float32Array, target: Float32Array | Uint8Array): Engine | undefined {
  const engine = engineOf(prediction);
  if (engine && engine.last[0] === prediction && engine.last[1] === target) return engine;
  if (engineOf(target) !== engine) return undefined;
  if (!engine) return sharedEngine();
  const p = prediction.byteOffset;
  const t = target.byteOffset;
  const end = Math.max(p + 4 * prediction.length, t + target.BYTES_PER_ELEMENT * target.length);
  if (Math.min(p, t) < HEAP || end > engine.end) return undefined;
  engine.last = [prediction, target, p, t];
  return engine;
}

/** The overlap of both operands. */
export function overlapOf(prediction: Prediction, target: Target, geometry: Geometry, taking: Taking): Overlap {
  const { samples, classes } = geometry;
  return filled(new Overlap({ samples, classes }), passOf(callOf(prediction, target), geometry, taking), taking);
}

/** What a pass sums up to, with the costs of a pointwise loss. */
export function sumsOfPass(pass: Pass, target: Target, geometry: Geometry, taking: Taking, pointwise?: Pointwise): Sums {
  const { samples, classes } = geometry;
  const costs = pointwise && new Rows(samples, pointwise.rows(classes));
  return { overlap: filled(new Rows(samples, classes), pass, taking, costs), costs, labels: isIntegers(target) };
}

/** The rows, with what a pass over the data sums up to. */
function filled<R extends Rows>(rows: R, pass: Pass, { intersection }: Taking, costs?: Rows): R {
  rows.take(intersection);
  pass.addTo(rows, costs);
  return rows;
}

/** The pass over the data: region by region where that is possible, else all classes of a position together. */
export function passOf(call: Call, geometry: Geometry, taking: Taking, pointwise?: Pointwise): RegionPass | JointPass {
  return pointwise || isJoint(call, geometry, taking)
    ? new JointPass(call, geometry, taking, pointwise)
    : new RegionPass(call, geometry, taking);
}

/** Whether the classes of a position must be seen together. */
function isJoint({ target }: Call, { classes, last }: Geometry, { activation, argmax, leaves }: Taking): boolean {
  if (last || argmax || activation === "softmax" || leaves) return true;
  return classes > 1 && isIntegers(target);
}
