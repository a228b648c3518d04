// The fast path of small calls: one region of float32, against float32 or a mask of bytes. Same bits as any other path.
import type { Prediction, Target } from "./arrays.ts";
import { BLOCK, type Engine, FLOATS, sharedEngine } from "./engine.ts";
import type { Slopes } from "./formulas.ts";
import { checkTarget } from "./labels.ts";
import { activate, GRID, takesRaw, writeSlopes } from "./passes.ts";
import { ACTIVATED, GRADIENT, PREDICTION, TARGET } from "./regions.ts";
import { addByteSums, addSums, clearSums, type Taking, takesBytes } from "./sums.ts";
import { engineOf } from "./workspace.ts";

/**
 * Leaves the sums of both operands in the engine that it returns; returns undefined, having done nothing, if they do not
 * qualify.
 */
export function sumStraight(prediction: Prediction, target: Target, taking: Taking): Engine | undefined {
  const isMask = target instanceof Uint8Array && takesBytes(taking);
  const areArrays = ArrayBuffer.isView(prediction) && ArrayBuffer.isView(target); // a Proxy is none
  if (!(areArrays && prediction instanceof Float32Array && (isMask || target instanceof Float32Array))) return undefined;
  const n = prediction.length;
  if (n === 0 || n > GRID || target.length !== n) return undefined;
  const engine = engineOfPair(prediction, target);
  if (!engine || engine.isReading) return undefined;
  const { last } = engine; // the shared engine keeps none
  const step = last && takesRaw(taking) ? n : BLOCK;
  clearSums(engine, taking);
  for (let start = 0; start < n; start += step) {
    const count = Math.min(step, n - start);
    const source = last ? last.p + 4 * start : engine.copyIn(prediction, start, count, PREDICTION);
    const p = activate(engine, taking, source, ACTIVATED, count);
    const t = last
      ? last.t + target.BYTES_PER_ELEMENT * start
      : isMask
        ? engine.copyBytesIn(target, start, count, TARGET)
        : engine.copyIn(target, start, count, TARGET);
    if (!isMask) addSums(engine, taking, p, t, count);
    else if (addByteSums(engine, p, t, count, 1, 1, GRADIENT)) checkTarget(target, start, count, 1, taking);
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
  const { p: source, t } = engine.last ?? { p: PREDICTION, t: TARGET };
  const p = takesRaw(taking) ? source : ACTIVATED;
  const resident = engine.holds(gradient);
  const g = resident ? gradient.byteOffset : GRADIENT;
  writeSlopes(engine, taking, slopes, t, target instanceof Uint8Array ? 1 : FLOATS, p, g, n);
  if (!resident) engine.copyOut(g, n, gradient, 0);
}

/**
 * The engine that holds both operands, and then keeps them as its last pair; the shared one if none holds the prediction:
 * asking where the target is takes as long as copying it.
 */
function engineOfPair(prediction: Float32Array, target: Float32Array | Uint8Array): Engine | undefined {
  const engine = engineOf(prediction);
  if (engine?.last?.prediction === prediction && engine.last.target === target) return engine;
  if (!engine) return sharedEngine();
  if (!engine.holds(prediction) || !engine.holds(target)) return undefined;
  engine.last = { prediction, target, p: prediction.byteOffset, t: target.byteOffset };
  return engine;
}
