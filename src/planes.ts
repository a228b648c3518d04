// A block of positions as the kernels see it where the classes of a position must be seen together: one plane of float32
// per class for predictions, for targets and for gradients, and a few more.
import { type Address, type Engine, FLOATS } from "./engine.ts";
import type { Geometry } from "./geometry.ts";
import { areBytes, checkTarget, Labels, LEFT_OUT, mostLabel, PAGE } from "./labels.ts";
import { BlockLayout } from "./layout.ts";
import { type Call, type Floats, floatsOf, readTarget } from "./operands.ts";
import { activate } from "./passes.ts";
import { addByteSums, addSums, clearSums, PLAIN, type Summing, sizesOfStretch, type Taking, takesBytes } from "./sums.ts";

/** A block: n positions of a sample. */
export interface Block {
  readonly sample: number;
  /** Its first position, counted through all samples. */
  readonly position: number;
  /** Channels-first, its first element in the arrays: that of class 0. */
  readonly element: number;
  readonly n: number;
}

/**
 * Makes n predictions of each class hard, in place of the activation, which keeps the order of logits but may round different
 * ones to one probability.
 */
export type Choose = (planes: Planes, n: number) => void;

export class Planes extends BlockLayout {
  readonly engine: Engine;
  /** Where each class's predictions of the block are: in its plane, or in place. */
  readonly p: Address[] = [];
  readonly taking: Taking;
  readonly targets: Floats | Labels;
  private readonly predictions: Floats;
  private readonly choose: Choose | undefined;
  /** Whether labels are read as the bytes they are, rather than narrowed to the page of classes from `firstOfPage` on. */
  readonly labelsAreBytes: boolean;
  private firstOfPage = 0;
  /** Where the bytes of the block's labels are. */
  labelBytes: Address = 0;
  /** The largest byte allowed there. */
  private readonly mostByte: number;

  /**
   * @param pointwise the number of planes that a pointwise loss needs
   * @param gradients whether gradients are wanted
   * @param choose makes predictions hard, by their classes together, in place of the activation
   */
  constructor(call: Call, geometry: Geometry, taking: Taking, pointwise: number, gradients: boolean, choose?: Choose) {
    const { engine, prediction, target } = call;
    super(geometry, pointwise, gradients);
    this.engine = engine;
    this.taking = taking;
    this.choose = choose;
    this.predictions = floatsOf(engine, "prediction", prediction);
    this.targets = readTarget(engine, target, taking);
    const most = mostLabel(geometry.classes);
    this.labelsAreBytes = !taking.excludes && this.targets instanceof Labels && areBytes(this.targets.array, most);
    this.mostByte = this.labelsAreBytes ? most : LEFT_OUT;
  }

  eachBlock(visit: (block: Block) => void): void {
    const { block } = this;
    const { samples, classes, positions } = this.geometry;
    for (let sample = 0; sample < samples; sample++) {
      const first = sample * positions;
      for (let start = 0; start < positions; start += block) {
        visit({ sample, position: first + start, element: first * classes + start, n: Math.min(block, positions - start) });
      }
    }
  }

  /** Brings a block in: labels, predictions (or others of their shape in their place), and channels-last targets. */
  load(block: Block, predictions: Floats = this.predictions): void {
    this.loadLabels(block, 0);
    this.loadPredictions(block, predictions); // before the targets, as splitting writes a little past the planes
    if (this.geometry.last && !(this.targets instanceof Labels)) this.split(this.targets, block, this.target(0));
  }

  /**
   * Brings in predictions alone: to their planes; or, channels-first, all classes as they lie in the array, in place or
   * staged at once.
   */
  loadPredictions(block: Block, predictions: Floats): void {
    const { p, whole = 0 } = this;
    const { element, n } = block;
    const { classes, positions, last } = this.geometry;
    for (let c = 0; c < classes; c++) p[c] = this.prediction(c);
    if (last) this.split(predictions, block, p[0]);
    else if (predictions.inPlace || whole) {
      const first = predictions.at(element, n * classes, whole);
      for (let c = 0; c < classes; c++) p[c] = first + 4 * positions * c;
    } else for (let c = 0; c < classes; c++) predictions.at(element + positions * c, n, p[c]);
  }

  /**
   * Computes the probabilities of what was loaded, or makes them hard, and zeroes positions left out. They are in their
   * planes, or from `keptAt` on in linear memory, laid out like the predictions.
   */
  activate({ element, n }: Block, keptAt?: Address): void {
    const { choose, engine, geometry, p, taking } = this;
    const { classes, positions } = geometry;
    const inPlace = keptAt !== undefined && n % 4 === 0; // kernels write past any other end
    const first = inPlace ? keptAt + 4 * element : this.prediction(0);
    const stride = inPlace ? 4 * positions : this.stride;
    if (choose) choose(this, n);
    else if (taking.activation === "softmax") engine.kernels.softmax(p[0], this.sourceStride(), first, stride, classes, n);
    for (let c = 0; c < classes; c++) {
      if (!choose) p[c] = activate(engine, taking, p[c], first + stride * c, n);
      p[c] = this.except(p[c], this.prediction(c), n);
    }
  }

  /** Bytes from the predictions of one class to those of the next. */
  sourceStride(): number {
    return this.p.length > 1 ? this.p[1] - this.p[0] : 0;
  }

  /** Where the targets of a class are, as float32. */
  targetAt(block: Block, c: number): Address {
    const { engine, targets, geometry } = this;
    const { kernels } = engine;
    const { element, n } = block;
    const { positions, last } = geometry;
    const plane = this.target(last ? c : 0);
    if (targets instanceof Labels) {
      const label = this.byteOf(block, c);
      this.checkBytes(block, kernels.one_hot(this.labelBytes, label, plane, n, this.mostByte) !== 0);
      return plane;
    }
    const t = last ? plane : targets.at(element + positions * c, n, plane);
    return this.except(t, plane, n);
  }

  /** Adds the sums of a plane against the targets of a class, read as bytes where possible. */
  addSums(block: Block, c: number, summing: Summing, plane: Address): void {
    const { engine, targets } = this;
    if (targets instanceof Labels && takesBytes(summing)) {
      const label = this.byteOf(block, c);
      this.checkBytes(block, addByteSums(engine, plane, this.labelBytes, block.n, label, this.mostByte, this.spare));
    } else addSums(engine, summing, plane, this.targetAt(block, c), block.n);
  }

  /** Throws if a label of the block was seen that is no class, unless its position is left out. */
  private checkBytes({ position, n }: Block, isBeyond: boolean): void {
    const { geometry, taking, targets } = this;
    if (isBeyond) checkTarget((targets as Labels).array, position, n, geometry.classes, taking);
  }

  /** The byte of a class's label, whose page is loaded if another is there. With one class it is the 1 of a mask. */
  byteOf(block: Block, c: number): number {
    const label = this.geometry.classes === 1 ? 1 : c;
    if (this.labelsAreBytes) return label;
    const first = label - (label % PAGE);
    if (first !== this.firstOfPage) this.loadLabels(block, first);
    return label - first;
  }

  /** The number of positions of the block that are not left out. */
  countKept({ n }: Block): number {
    if (!this.taking.excludes) return n;
    const { engine, spare } = this;
    engine.kernels.one_hot(this.labels, LEFT_OUT, spare, n, LEFT_OUT);
    clearSums(engine, PLAIN);
    addSums(engine, PLAIN, spare, spare, n);
    return n - sizesOfStretch(engine, PLAIN).P;
  }

  /** Copies n elements to a plane, zeroed where positions are left out, unless none are; returns where they are. */
  except(source: Address, plane: Address, n: number): Address {
    if (!this.taking.excludes) return source;
    this.engine.kernels.except(this.labels, source, plane, n);
    return plane;
  }

  /** Brings the labels in, as they are or as bytes of the page of classes from `first` on. */
  private loadLabels(block: Block, first: number): void {
    const { engine, geometry, targets, labels, raw } = this;
    const { mask } = this.taking;
    const { n, position } = block;
    this.firstOfPage = first;
    this.labelBytes = labels;
    const most = mostLabel(geometry.classes);
    let exceeds = false;
    if (targets instanceof Labels) {
      if (this.labelsAreBytes) this.labelBytes = targets.at(position, n, raw);
      else exceeds = targets.narrow(position, n, labels, raw, first, most);
    } else if (mask) engine.bytes.fill(0, labels, labels + n);
    if (mask) {
      engine.copyBytesIn(mask, position, n, raw);
      engine.kernels.leave_out(raw, 0, labels, n);
    }
    this.checkBytes(block, exceeds && (targets as Labels).mayExceed(labels, n, most));
  }

  private split(floats: Floats, { position, n }: Block, planes: Address): void {
    const { engine, stride } = this;
    const { classes } = this.geometry;
    const rows = rowsAt(engine, floats, position, n, classes, this.gradient(0));
    engine.kernels.transpose(rows, 4 * classes, n, classes, planes, stride);
  }
}

/** Where the rows of n positions are, which can be read up to the next multiple of 4; `to`, if they must be staged. */
export function rowsAt(engine: Engine, floats: Floats, position: number, n: number, classes: number, to: Address): Address {
  const source = floats.at(position * classes, n * classes, to);
  if (n % 4 === 0 || source === to) return source;
  engine.f32.copyWithin(to / 4, source / 4, source / 4 + n * classes); // rows beyond could lie past the memory
  return to;
}

// Functions rather than methods: bundlers drop those that nobody calls.

/** Copies the predictions, as loaded, to planes of a pointwise loss, from the k-th on. */
export function copyPredictions(planes: Planes, k: number, n: number): void {
  const { engine, p } = planes;
  for (let c = 0; c < p.length; c++) engine.f32.copyWithin(planes.pointwise(k + c) / 4, p[c] / 4, p[c] / 4 + n);
}

/**
 * The targets of a class as the gradient takes them: labels as bytes and the label, or floats. Labels were checked when
 * they were summed.
 */
export function targetOfGradient(planes: Planes, block: Block, c: number): readonly [t: Address, label: number] {
  const takesFloats = !(planes.targets instanceof Labels) || planes.taking.intersection === "minimum";
  if (takesFloats) return [planes.targetAt(block, c), FLOATS];
  const label = planes.byteOf(block, c); // which may load another page
  return [planes.labelBytes, label];
}

/** Copies the planes from `first` on out; channels-last, they are joined at `joined` first. */
export function copyPlanesOut(planes: Planes, first: Address, joined: Address, array: Float32Array, block: Block): void {
  const { engine, geometry, stride } = planes;
  const { classes, positions, last } = geometry;
  const { position, element, n } = block;
  if (last) {
    engine.kernels.transpose(first, stride, classes, n, joined, 4 * classes);
    engine.copyOut(joined, n * classes, array, position * classes);
  } else {
    for (let c = 0; c < classes; c++) engine.copyOut(first + stride * c, n, array, element + positions * c);
  }
}
