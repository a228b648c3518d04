// The pointwise losses that are trained with an overlap: cross-entropy and focal loss, of logits. Their costs l are
// summed into rows too, Σl·t and Σl, from which their value and slopes are computed.
import { type Address, FLOATS } from "./engine.ts";
import type { SlopesOf } from "./formulas.ts";
import { type Block, copyPredictions, type Planes, targetOfGradient } from "./planes.ts";
import type { Rows } from "./rows.ts";
import { addSums, PLAIN } from "./sums.ts";

/** A pointwise loss, as the pass over the data sees it. */
export interface Pointwise {
  /** Rows of costs per sample. */
  readonly rowCount: number;
  /** Planes that it needs, those of the costs first. */
  readonly planeCount: number;
  /** Whether `addSlopes` needs `begin` first; otherwise the overlap's probabilities are enough. */
  readonly needsBegin: boolean;
  /**
   * The first of the planes, one per class, where `begin` leaves slopes; present only if `addSlopes` needs nothing
   * else, so that they can be kept.
   */
  readonly slopePlane?: number;
  /** Leaves the costs of a block in its planes, or what `finish` makes them of; takes logits, before the activation. */
  begin(planes: Planes, block: Block): void;
  /** Leaves the costs in the planes, after the activation. */
  finish?(planes: Planes, block: Block): void;
  /** Adds the sums of a row of costs. */
  addSums(planes: Planes, block: Block, row: number): void;
  /** Adds to the planes of gradients; `slopesOf` gives the slopes with respect to Σl·t and Σl of a row of costs. */
  addSlopes(planes: Planes, block: Block, slopesOf: SlopesOf): void;
  /** What is added to the reduced value, from the rows of costs. */
  costOfAll?(overlap: Rows, costs: Rows, labels: boolean): Cost;
  /** Or what is added to the value of each region, from its Σl and its number of positions. */
  costOfRegion?(sum: number, positions: number): RegionCost;
}

/** What a pointwise loss adds to the value of a region, and its slope with respect to Σl. */
export interface RegionCost {
  readonly value: number;
  readonly slope: number;
}

/** What a pointwise loss adds to a value, and its slopes with respect to the rows of costs. */
export interface Cost {
  readonly value: number;
  readonly slopesOf: SlopesOf;
}

/**
 * The cross-entropy of a softmax over all classes, Σ w·t′·(ln Σ e^x − x) with t′ = (1 − ε)·t + ε / C. With one class, the
 * softmax is over its logit and 0, and this is binary cross-entropy.
 *
 * @param mean whether the sum is divided: by the weights of the labels, or without a label map by the positions
 * @param ofProbabilities whether the overlap is of the same softmax, unchanged
 */
export function crossEntropyLoss(
  classes: number,
  factor: number,
  weights: ArrayLike<number> | undefined,
  labelSmoothing: number,
  mean: boolean,
  ofProbabilities: boolean,
): Pointwise {
  const rows = Math.max(2, classes);

  /** Where the softmax is, and the bytes from one class to the next: in planes after the costs, unless the overlap is of it. */
  const probabilitiesOf = (planes: Planes): readonly [at: Address, stride: number] =>
    ofProbabilities ? [planes.p[0], planes.sourceStride()] : [planes.pointwise(rows), planes.stride];

  /** A weight for each row of a sample: that of its class; with one class, its own for row 1, and 1 for row 0. */
  const rowWeights = weights && classes === 1 ? [1, weights[0]] : weights;
  const weightOf = (row: number): number => rowWeights?.[row % rows] ?? 1;
  const ofTarget = (row: number): number => (1 - labelSmoothing) * weightOf(row);
  const ofAll = (row: number): number => (labelSmoothing / rows) * weightOf(row);

  return {
    rowCount: rows,
    planeCount: (ofProbabilities ? 1 : 2) * rows,
    needsBegin: !ofProbabilities,

    begin(planes, { n }) {
      const { engine, stride } = planes;
      const zero = planes.pointwise(0) / 4;
      if (classes === 1) engine.f32.fill(0, zero, zero + n); // the logit 0 beside the class's own
      copyPredictions(planes, rows - classes, n);
      if (!ofProbabilities) engine.kernels.softmax(planes.pointwise(0), stride, planes.pointwise(rows), stride, rows, n);
    },

    finish(planes, { n }) {
      const [p, sourceStride] = probabilitiesOf(planes);
      planes.engine.kernels.surprise(p, sourceStride, planes.pointwise(0), planes.stride, rows, n);
      for (let row = 0; row < rows; row++) planes.except(planes.pointwise(row), planes.pointwise(row), n);
    },

    addSums(planes, block, row) {
      const costs = planes.pointwise(row);
      if (classes > 1) planes.addSums(block, row, PLAIN, costs);
      else addSums(planes.engine, PLAIN, costs, binaryTargetAt(planes, block, row), block.n);
    },

    addSlopes(planes, block, slopesOf) {
      const { kernels } = planes.engine;
      const [p, sourceStride] = probabilitiesOf(planes);
      for (let row = 0; row < rows; row++) {
        const { byIntersection, bySize } = slopesOf(block.sample * rows + row);
        const [t, label] = classes > 1 ? targetOfGradient(planes, block, row) : [binaryTargetAt(planes, block, row), FLOATS];
        kernels.gradient(t, p + sourceStride * row, planes.pointwise(row), block.n, label, byIntersection, 0, bySize, 0);
      }
      kernels.chain(p, sourceStride, planes.pointwise(0), planes.stride, rows, block.n, 1);
      for (let c = 0; c < classes; c++) addToGradient(planes, block, c, planes.pointwise(rows - classes + c), 1);
    },

    costOfAll(overlap, costs, labels) {
      let sum = 0;
      let weight = 0;
      for (let row = 0; row < costs.samples * rows; row++) {
        const { I, P, T } = costs.sizes(row, false);
        sum += ofTarget(row) * I + ofAll(row) * P;
        weight += weightOf(row) * T;
      }
      const byWeight = labels && classes > 1;
      const total = mean ? (byWeight ? weight : positionsOf(overlap)) : 1;
      const scale = total === 0 ? 0 : factor / total;
      return {
        value: scale * sum,
        slopesOf: (row) => ({ byIntersection: scale * ofTarget(row), bySquares: 0, bySize: scale * ofAll(row) }),
      };
    },
  };
}

/** With one class: the targets of row 1 are t, those of row 0 are 1 − t. */
function binaryTargetAt(planes: Planes, block: Block, row: number): Address {
  const t = planes.targetAt(block, 0);
  if (row === 1) return t;
  const rest = planes.spare; // 1 − t
  planes.engine.kernels.gradient(t, t, rest, block.n, FLOATS, -1, 0, 1, 0);
  return rest;
}

function positionsOf(overlap: Rows): number {
  let sum = 0;
  for (let sample = 0; sample < overlap.samples; sample++) sum += overlap.positionsOf(sample * overlap.classes);
  return sum;
}

/** The sigmoid focal loss of each class by itself, averaged over the positions of a region. */
export function focalLoss(classes: number, factor: number, gamma: number, alpha: number | undefined): Pointwise {
  const exponent = Math.min(gamma, 1e18); // so that its product with the largest cost fits float32
  const positive = alpha ?? 1;
  const negative = alpha === undefined ? 1 : 1 - alpha;
  return {
    rowCount: classes,
    planeCount: 2 * classes,
    slopePlane: classes,
    needsBegin: true,

    begin(planes, block) {
      const { engine, p } = planes;
      for (let c = 0; c < classes; c++) {
        const [values, slopes] = [planes.pointwise(c), planes.pointwise(classes + c)];
        const t = planes.targetAt(block, c);
        engine.kernels.focal(p[c], t, values, slopes, block.n, exponent, positive, negative);
        planes.except(values, values, block.n);
      }
    },

    addSums(planes, block, row) {
      planes.addSums(block, row, PLAIN, planes.pointwise(row));
    },

    addSlopes(planes, block, slopesOf) {
      for (let c = 0; c < classes; c++) {
        addToGradient(planes, block, c, planes.pointwise(classes + c), slopesOf(block.sample * classes + c).bySize);
      }
    },

    costOfRegion(sum, positions) {
      const slope = positions === 0 ? 0 : factor / positions;
      return { value: slope * sum, slope };
    },
  };
}

/** Adds a plane, times a factor, to the gradient of a class. */
function addToGradient(planes: Planes, block: Block, c: number, slopes: Address, factor: number): void {
  planes.except(slopes, slopes, block.n);
  const g = planes.gradient(c);
  planes.engine.kernels.gradient(slopes, g, g, block.n, FLOATS, factor, 1, 0, 0);
}
