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

/** Checks both operands and returns their geometry; `pools` says whether samples are pooled. */
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

/** The engine of an array, unless the array lies outside of what was allocated, as only a user's own view of the buffer can. */
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

// Staged blocks besides PREDICTION and TARGET: scratch, later the gradient; and predictions after activation or threshold.
const SPARE = 2;
const ACTIVATED = 3;

/**
 * The fast path of small calls: float32 against float32 or a byte mask. Leaves the sums in the engine it returns; returns
 * undefined if the operands do not qualify. Same bits as any other path.
 */
export function sumStraight(prediction: Prediction, target: Target, taking: Taking): Engine | undefined {
  const isMask = target instanceof Uint8Array && takesBytes(taking);
  if (!(prediction instanceof Float32Array && (isMask || target instanceof Float32Array))) return undefined;
  if (!(ArrayBuffer.isView(prediction) && ArrayBuffer.isView(target))) return undefined; // a Proxy is none
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

/** Writes the gradient of at most one block right after `sumStraight`, while its operands are still in that engine. */
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

/** The engine that holds both operands, and then keeps them as its last pair; the shared one if none holds either. */
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

/** The sums of a pass, and of the costs of a pointwise loss. */
export function sumsOfPass(pass: Pass, target: Target, geometry: Geometry, taking: Taking, pointwise?: Pointwise): Sums {
  const { samples, classes } = geometry;
  const costs = pointwise && new Rows(samples, pointwise.rows(classes));
  return { overlap: filled(new Rows(samples, classes), pass, taking, costs), costs, labels: isIntegers(target) };
}

/** The rows, filled with the sums of a pass. */
function filled<R extends Rows>(rows: R, pass: Pass, { intersection }: Taking, costs?: Rows): R {
  rows.take(intersection);
  pass.addTo(rows, costs);
  return rows;
}

/** The pass over the data: region by region where possible, else all classes of a position together. */
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
