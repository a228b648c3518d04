// The same two passes where the classes of a position must be seen together: label maps, softmax, channels-last,
// positions left out, and pointwise losses.
import type { Slopes, SlopesOf } from "./formulas.ts";
import type { Geometry } from "./geometry.ts";
import { type Call, type Floats, floatsOf } from "./operands.ts";
import { canKeep, type Pass, writeSlopes } from "./passes.ts";
import { type Block, copyPlanesOut, copyPredictions, Planes, targetOfGradient } from "./planes.ts";
import type { Pointwise } from "./pointwise.ts";
import type { Rows } from "./rows.ts";
import { clearSums, countSums, PLAIN, type Taking } from "./sums.ts";

export class JointPass implements Pass {
  readonly taking: Taking;
  readonly pointwise: Pointwise | undefined;
  /** The planes of the sums, and of the gradient: the same if all positions are one block, which is then brought in once. */
  readonly planes: Planes;
  readonly gradients: Planes;
  readonly gradient: Float32Array | undefined;
  /** The first of the planes where a pointwise loss leaves slopes that can be kept. */
  readonly slopes: number | undefined;
  /** The gradient, if the sums keep intermediate results in it: the probabilities, or those slopes. */
  readonly kept: Floats | undefined;

  constructor(call: Call, geometry: Geometry, taking: Taking, pointwise: Pointwise | undefined) {
    const { engine, gradient, gradientResident } = call;
    const planesOf = (gradients: boolean): Planes => new Planes(call, geometry, taking, pointwise?.planes ?? 0, gradients);
    this.taking = taking;
    this.pointwise = pointwise;
    this.gradient = gradient;
    this.gradients = planesOf(gradient !== undefined);
    this.slopes = pointwise?.slopes;
    const isWhole = !gradient || this.gradients.holdsAll();
    this.planes = isWhole ? this.gradients : planesOf(false);
    const keeps = !isWhole && canKeep(call, taking) && (this.slopes !== undefined || !pointwise?.slopesOfLogits);
    this.kept = keeps ? floatsOf(engine, "gradient", gradient, gradientResident) : undefined;
    if (keeps && gradientResident && !geometry.last && this.slopes === undefined) this.planes.keptAt = gradient.byteOffset;
  }

  addTo(rows: Rows, costs?: Rows): void {
    const { pointwise, planes } = this;
    const { engine } = planes;
    const { classes } = planes.geometry;
    planes.eachBlock((block) => {
      planes.load(block);
      pointwise?.measure(planes, block);
      planes.activate(block);
      pointwise?.finish?.(planes, block);
      if (this.kept) this.keep(block);
      const positions = planes.countKept(block);
      for (let c = 0; c < classes; c++) {
        const row = block.sample * classes + c;
        clearSums(engine);
        planes.addSums(block, c, this.taking, planes.p[c]);
        countSums(engine, this.taking, rows, row, positions);
      }
      for (let row = 0; costs && pointwise && row < costs.classes; row++) {
        clearSums(engine);
        pointwise.addSums(planes, block, row);
        countSums(engine, PLAIN, costs, block.sample * costs.classes + row, positions);
      }
    });
  }

  /** Keeps what the gradient pass would otherwise compute again. Probabilities may already be in place. */
  private keep(block: Block): void {
    const { gradient, planes, slopes } = this;
    const first = slopes === undefined ? planes.prediction(0) : planes.pointwise(slopes);
    if (slopes !== undefined || planes.p[0] === first)
      copyPlanesOut(planes, first, planes.gradient(0), gradient as Float32Array, block);
  }
}

// Functions rather than methods: bundlers drop those that nobody calls.

/** Writes the gradient, block by block. */
export function writeBlocks(pass: JointPass, slopesOf: SlopesOf, slopesOfCost: SlopesOf): void {
  const { pointwise, gradients: planes, taking } = pass;
  const { classes } = planes.geometry;
  planes.eachBlock((block) => {
    if (planes !== pass.planes) bringAgain(pass, block);
    for (let c = 0; c < classes; c++) writeClass(planes, taking, block, c, slopesOf(block.sample * classes + c));
    if (taking.activation === "softmax") chain(planes, block);
    pointwise?.addSlopes(planes, block, slopesOfCost);
    copyPlanesOut(planes, planes.gradient(0), planes.prediction(0), pass.gradient as Float32Array, block);
  });
}

/** Brings in what the sums kept of a block, and computes the rest again. */
function bringAgain({ gradients: planes, kept, pointwise, slopes }: JointPass, block: Block): void {
  if (kept) {
    if (slopes === undefined) {
      planes.load(block, kept);
      return;
    }
    planes.loadPredictions(block, kept);
    copyPredictions(planes, slopes, block.n);
  }
  planes.load(block);
  if (!kept && pointwise?.slopesOfLogits) pointwise.measure(planes, block);
  planes.activate(block);
}

/** Writes the gradient with respect to the probabilities of a class; with a sigmoid, with respect to its logits. */
function writeClass(planes: Planes, taking: Taking, block: Block, c: number, slopes: Slopes): void {
  const [t, label] = targetOfGradient(planes, block, c);
  const g = planes.gradient(c);
  writeSlopes(planes.engine, taking, slopes, t, label, planes.p[c], g, block.n);
  planes.except(g, block);
}

/** From the gradient with respect to a softmax to that with respect to its logits. */
function chain(planes: Planes, { n }: Block): void {
  const { engine, geometry, p, stride } = planes;
  engine.kernels.chain(p[0], planes.sourceStride(), planes.gradient(0), stride, geometry.classes, n, 0);
}
