// Which pass a call takes, on which engine.
import { type IntegerArray, isIntegers, type Prediction, type Target } from "./arrays.ts";
import { Engine, sharedEngine } from "./engine.ts";
import type { Geometry } from "./geometry.ts";
import { JointPass } from "./joint.ts";
import type { Call } from "./operands.ts";
import { Overlap } from "./overlap.ts";
import type { Pass } from "./passes.ts";
import { type Choose, Planes } from "./planes.ts";
import type { Pointwise } from "./pointwise.ts";
import { RegionPass } from "./regions.ts";
import { Rows, type Sums } from "./rows.ts";
import type { Taking } from "./sums.ts";
import { engineOf } from "./workspace.ts";

/** The engine of an array, unless the array lies outside of what was allocated, as only a user's own view of the buffer can. */
function holderOf(array: Prediction | Target | undefined): Engine | undefined {
  const engine = engineOf(array);
  return engine?.holds(array) ? engine : undefined;
}

/** The operands on the engine that holds one of them, or on the shared one. */
export function callOf<P extends Prediction | IntegerArray, T extends Target>(
  prediction: P,
  target: T,
  gradient?: Float32Array,
): Call<P, T> {
  const engine = holderOf(prediction) ?? holderOf(target) ?? holderOf(gradient) ?? sharedEngine();
  return { engine: engine.isReading ? new Engine(0) : engine, prediction, target, gradient };
}

/** The overlap of both operands. */
export function overlapOf(prediction: Prediction, target: Target, geometry: Geometry, taking: Taking, choose?: Choose): Overlap {
  const { samples, classes } = geometry;
  const pass = passOf(callOf(prediction, target), geometry, taking, undefined, choose);
  const overlap = new Overlap({ samples, classes });
  overlap.setKind(taking.intersection);
  pass.addTo(overlap);
  return overlap;
}

/** The sums of a pass, and of the costs of a pointwise loss. */
export function sumsOfPass(pass: Pass, target: Target, { samples, classes }: Geometry, pointwise?: Pointwise): Sums {
  const overlap = new Rows(samples, classes);
  const costs = pointwise && new Rows(samples, pointwise.rowCount);
  pass.addTo(overlap, costs);
  return { overlap, costs, labels: isIntegers(target) };
}

/** The pass over the data: region by region where possible, else all classes of a position together. */
export function passOf(call: Call, geometry: Geometry, taking: Taking, pointwise?: Pointwise, choose?: Choose): Pass {
  if (!choose && !isJoint(call, geometry, taking, pointwise)) return new RegionPass(call, geometry, taking);
  return new JointPass(new Planes(call, geometry, taking, pointwise?.planeCount ?? 0, false, choose), pointwise);
}

/** Whether the classes of a position must be seen together. */
export function isJoint(
  { target }: Call,
  { classes, last }: Geometry,
  { activation, excludes }: Taking,
  pointwise: Pointwise | undefined,
): boolean {
  if (pointwise || last || activation === "softmax" || excludes) return true;
  return classes > 1 && isIntegers(target);
}
