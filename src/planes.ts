// A block of positions as the kernels see it where the classes of a position must be seen together: one plane of
// float32 for each class, of predictions, of targets and of gradients, and a few more.
import type { Address, Engine } from "./engine.ts";
import type { Geometry } from "./geometry.ts";
import { Layout } from "./layout.ts";
import { areBytes, type Floats, floatsOf, Labels, mostLabel, refuseTarget, targetOf } from "./operands.ts";
import type { Call } from "./passes.ts";
import { addByteSums, addSums, clearSums, PLAIN, passingSizes, type Taking, takesBytes } from "./sums.ts";

/** What leaves positions out. */
export interface Leaving {
  readonly ignoreIndex: number | undefined;
  /** One byte for each position; 0 leaves it out. */
  readonly mask: Uint8Array | Uint8ClampedArray | undefined;
}

/** What a block is: so many positions of a sample. */
export interface Block {
  readonly sample: number;
  readonly start: number;
  readonly n: number;
}

export class Planes extends Layout {
  readonly engine: Engine;
  readonly geometry: Geometry;
  /** Whether positions are left out. */
  readonly leaves: boolean;
  /** Where each class's predictions of the block are: in its plane, or in place. */
  readonly p: Address[] = [];
  /** Where in linear memory probabilities are kept, as the predictions of an array are; else in their planes. */
  keptAt: Address | undefined = undefined;
  private readonly taking: Taking;
  private readonly leaving: Leaving;
  private readonly predictions: Floats;
  private readonly targets: Floats | Labels;
  /** Whether labels can be read as the bytes they are; and where those of the block are. */
  private readonly bytes: boolean;
  private labelBytes: Address = 0;
  /** The largest label that is a class. */
  private readonly most: number;

  /**
   * @param pointwise planes that a pointwise loss wants
   * @param gradients whether gradients are wanted
   */
  constructor(call: Call, geometry: Geometry, taking: Taking, leaving: Leaving, pointwise: number, gradients: boolean) {
    const { engine, prediction, target } = call;
    super(engine, geometry, pointwise, gradients);
    this.engine = engine;
    this.geometry = geometry;
    this.taking = taking;
    this.leaving = leaving;
    this.leaves = leaving.ignoreIndex !== undefined || leaving.mask !== undefined;
    this.predictions = floatsOf(engine, "prediction", prediction, call.predictionResident);
    this.targets = targetOf(engine, target, call.targetResident, leaving.ignoreIndex);
    this.most = mostLabel(geometry.classes);
    this.bytes = !this.leaves && this.targets instanceof Labels && areBytes(this.targets.array, this.most);
  }

  /** Whether all positions are one block. */
  holdsAll(): boolean {
    const { samples, positions } = this.geometry;
    return samples === 1 && positions <= this.block;
  }

  eachBlock(visit: (block: Block) => void): void {
    const { block } = this;
    const { samples, positions } = this.geometry;
    for (let sample = 0; sample < samples; sample++) {
      for (let start = 0; start < positions; start += block) {
        visit({ sample, start, n: Math.min(block, positions - start) });
      }
    }
  }

  /** Brings a block in: labels, predictions as they come, and channels-last targets. */
  load(block: Block): void {
    const { predictions, targets, p } = this;
    const { classes, last } = this.geometry;
    this.loadLabels(block);
    if (last) {
      this.split(predictions, block, this.prediction(0));
      for (let c = 0; c < classes; c++) p[c] = this.prediction(c);
      if (!(targets instanceof Labels)) this.split(targets, block, this.target(0));
    } else if (predictions.inPlace || this.whole !== undefined) this.loadAtOnce(block);
    else this.loadClasses(block);
  }

  /** Predictions of all classes as they lie in the array, in place or staged as they are. */
  private loadAtOnce({ sample, start, n }: Block): void {
    const { predictions, p } = this;
    const { classes, positions } = this.geometry;
    const first = predictions.at(sample * classes * positions + start, n * classes, this.whole ?? 0);
    for (let c = 0; c < classes; c++) p[c] = first + 4 * positions * c;
  }

  /** Predictions class by class, staged in their planes. */
  private loadClasses({ sample, start, n }: Block): void {
    const { predictions, p } = this;
    const { classes, positions } = this.geometry;
    for (let c = 0; c < classes; c++) {
      p[c] = predictions.at((sample * classes + c) * positions + start, n, this.prediction(c));
    }
  }

  /** Makes the probabilities of what was loaded, and takes out what is left out. */
  activate({ sample, start, n }: Block): void {
    const { geometry, keptAt, p } = this;
    const { kernels } = this.engine;
    const { classes, positions } = geometry;
    const { activation, argmax } = this.taking;
    const inPlace = keptAt !== undefined && n % 4 === 0; // kernels go a little beyond any other end
    const first = inPlace ? keptAt + 4 * (sample * classes * positions + start) : this.prediction(0);
    const stride = inPlace ? 4 * positions : this.stride;
    if (activation === "softmax") kernels.softmax(p[0], this.sourceStride(), first, stride, classes, n);
    for (let c = 0; c < classes && activation !== "none"; c++) {
      const plane = first + stride * c;
      if (activation === "sigmoid") kernels.sigmoid(p[c], plane, n);
      p[c] = plane;
    }
    if (argmax) this.chooseLargest(n);
    for (let c = 0; c < classes; c++) this.harden(c, n);
  }

  /** Bytes from the predictions of one class to those of the next. */
  sourceStride(): number {
    return this.p.length > 1 ? this.p[1] - this.p[0] : 0;
  }

  /** Where the targets of a class are. */
  targetAt({ sample, start, n }: Block, c: number): Address {
    const { targets, geometry } = this;
    const { kernels } = this.engine;
    const { classes, positions, last } = geometry;
    const plane = this.target(last ? c : 0);
    if (targets instanceof Labels) {
      if (!this.bytes) kernels.one_hot_i32(this.labels, this.labelOf(c), plane, n);
      else if (kernels.one_hot_u8(this.labelBytes, this.labelOf(c), plane, n, this.most)) {
        this.refuse(targets, sample * positions + start);
      }
      return plane;
    }
    const t = last ? plane : targets.at((sample * classes + c) * positions + start, n, plane);
    if (this.leaves) kernels.except(this.labels, t, plane, n);
    return this.leaves ? plane : t;
  }

  /** Adds the sums of a plane against the targets of a class, read as bytes where they can be. */
  addSums(block: Block, c: number, taking: Taking, plane: Address): void {
    const { engine, targets, geometry } = this;
    if (!this.bytes || !(targets instanceof Labels) || !takesBytes(taking)) {
      addSums(engine, taking, plane, this.targetAt(block, c), block.n);
    } else if (addByteSums(engine, plane, this.labelBytes, block.n, this.labelOf(c), this.most, this.spare)) {
      this.refuse(targets, block.sample * geometry.positions + block.start);
    }
  }

  /** One class alone is what a mask holds as 1. */
  private labelOf(c: number): number {
    return this.geometry.classes === 1 ? 1 : c;
  }

  /** How many positions of the block are kept. */
  countKept({ n }: Block): number {
    if (!this.leaves) return n;
    const { engine, spare } = this;
    engine.kernels.one_hot_i32(this.labels, -1, spare, n);
    clearSums(engine);
    addSums(engine, PLAIN, spare, spare, n);
    return n - passingSizes(engine, PLAIN).P;
  }

  /** Makes a plane 0 where positions are left out. */
  except(plane: Address, { n }: Block): void {
    if (this.leaves) this.engine.kernels.except(this.labels, plane, plane, n);
  }

  /** Writes the planes of gradients, or of predictions, out. */
  copyOut(kind: "prediction" | "gradient", array: Float32Array, { sample, start, n }: Block): void {
    const { engine } = this;
    const { classes, positions, last } = this.geometry;
    if (last) {
      const joined = this[kind === "gradient" ? "prediction" : "gradient"](0);
      engine.kernels.transpose(this[kind](0), this.stride, classes, n, joined, 4 * classes);
      engine.copyOut(joined, n * classes, array, (sample * positions + start) * classes);
    } else {
      for (let c = 0; c < classes; c++) engine.copyOut(this[kind](c), n, array, (sample * classes + c) * positions + start);
    }
  }

  private loadLabels({ sample, start, n }: Block): void {
    const { engine, geometry, targets, labels, raw } = this;
    const { mask } = this.leaving;
    const from = sample * geometry.positions + start;
    if (targets instanceof Labels) {
      if (this.bytes) this.labelBytes = targets.at(from, n, raw);
      else if (targets.widen(from, n, labels, raw, this.most)) this.refuse(targets, from);
    } else if (mask) engine.f32.fill(0, labels >> 2, (labels >> 2) + n);
    if (mask) {
      engine.copyBytesIn(mask, from, n, raw);
      engine.kernels.leave_out(raw, labels, n);
    }
  }

  private refuse({ array }: Labels, from: number): never {
    refuseTarget(array, from, this.geometry.classes, this.leaving.ignoreIndex);
  }

  private chooseLargest(n: number): void {
    const { p, spare: chosen } = this;
    const { kernels } = this.engine;
    kernels.argmax(p[0], this.sourceStride(), p.length, n, chosen);
    for (let c = 0; c < p.length; c++) {
      p[c] = this.prediction(c);
      kernels.one_hot_i32(chosen, c, p[c], n);
    }
  }

  /** Makes a class's probabilities hard, and takes out what is left out. */
  private harden(c: number, n: number): void {
    const { p } = this;
    const { kernels } = this.engine;
    const { threshold } = this.taking;
    const plane = this.prediction(c);
    if (threshold !== undefined) {
      kernels.threshold(p[c], plane, n, threshold);
      p[c] = plane;
    }
    if (this.leaves) {
      kernels.except(this.labels, p[c], plane, n);
      p[c] = plane;
    }
  }

  private split(floats: Floats, { sample, start, n }: Block, planes: Address): void {
    const { classes, positions } = this.geometry;
    const { engine } = this;
    const staged = this.gradient(0);
    const count = n * classes;
    let source = floats.at((sample * positions + start) * classes, count, staged);
    if (source !== staged && n % 4 !== 0) {
      // in place, the rows that round n up could lie beyond the memory
      engine.f32.copyWithin(staged / 4, source / 4, source / 4 + count);
      source = staged;
    }
    engine.kernels.transpose(source, 4 * classes, n, classes, planes, this.stride);
  }
}
