// The same two passes where the classes of a position must be seen together: label maps, softmax, channels-last,
// positions left out, and pointwise losses.
import type { Address } from "./engine.ts";
import type { Slopes, SlopesOf } from "./formulas.ts";
import type { Geometry } from "./geometry.ts";
import { type Call, type Floats, floatsOf } from "./operands.ts";
import { canKeep, type Pass, writeSlopes } from "./passes.ts";
import { type Block, copyPlanesOut, copyPredictions, Planes, targetOfGradient } from "./planes.ts";
import type { Pointwise } from "./pointwise.ts";
import type { Rows } from "./rows.ts";
import { clearSums, countSums, PLAIN, type Taking } from "./sums.ts";

export class JointPass implements Pass {
  protected readonly planes: Planes;
  protected readonly pointwise: Pointwise | undefined;
  /** Where the gradient array keeps probabilities in linear memory, if it does. */
  protected keptAt: Address | undefined;

  constructor(planes: Planes, pointwise: Pointwise | undefined) {
    this.planes = planes;
    this.pointwise = pointwise;
  }

  addTo(rows: Rows, costs?: Rows): void {
    const { pointwise, planes } = this;
    const { engine, taking } = planes;
    const { classes } = planes.geometry;
    planes.eachBlock((block) => {
      planes.load(block);
      pointwise?.begin(planes, block);
      planes.activate(block, this.keptAt);
      pointwise?.finish?.(planes, block);
      this.keep?.(block);
      const positions = planes.countKept(block);
      for (let c = 0; c < classes; c++) {
        const row = block.sample * classes + c;
        clearSums(engine, taking);
        planes.addSums(block, c, taking, planes.p[c]);
        countSums(engine, taking, rows, row, positions);
      }
      for (let row = 0; costs && pointwise && row < costs.classes; row++) {
        clearSums(engine, PLAIN);
        pointwise.addSums(planes, block, row);
        countSums(engine, PLAIN, costs, block.sample * costs.classes + row, positions);
      }
    });
  }

  /** Keeps what the gradient pass would otherwise compute again. */
  protected keep?(block: Block): void;
}

/** Both passes of a call with a gradient. */
export class JointGradient extends JointPass {
  /** The gradient, if the sums keep intermediate results in it: the probabilities, or slopes of a pointwise loss. */
  readonly kept: Floats | undefined;
  private readonly gradient: Float32Array;
  /** Where the pointwise loss leaves slopes, if they can be kept. */
  private readonly slopePlane: number | undefined;
  /** The planes of the gradient: those of the sums too if all positions are one block, which is then brought in once. */
  private readonly gradientPlanes: Planes;

  constructor(call: Call, geometry: Geometry, taking: Taking, pointwise: Pointwise | undefined) {
    const planesOf = (gradients: boolean): Planes => new Planes(call, geometry, taking, pointwise?.planeCount ?? 0, gradients);
    const gradientPlanes = planesOf(true);
    const isWhole = geometry.samples === 1 && geometry.positions <= gradientPlanes.block;
    super(isWhole ? gradientPlanes : planesOf(false), pointwise);
    this.gradientPlanes = gradientPlanes;
    this.gradient = call.gradient as Float32Array;
    this.slopePlane = pointwise?.slopePlane;
    const hasAll = this.slopePlane !== undefined || !pointwise?.needsBegin;
    if (!isWhole && hasAll && canKeep(call, taking)) this.kept = floatsOf(call.engine, "gradient", this.gradient);
    const inPlace = this.kept?.inPlace && !geometry.last && this.slopePlane === undefined;
    if (inPlace) this.keptAt = this.gradient.byteOffset;
  }

  /** Probabilities may already be in place. */
  protected override keep(block: Block): void {
    const { gradient, kept, planes, slopePlane } = this;
    const first = slopePlane === undefined ? planes.prediction(0) : planes.pointwise(slopePlane);
    if (kept && (slopePlane !== undefined || planes.p[0] === first))
      copyPlanesOut(planes, first, planes.gradient(0), gradient, block);
  }

  /** Writes the gradient, block by block. */
  write(slopesOf: SlopesOf, slopesOfCost: SlopesOf): void {
    const { pointwise, gradientPlanes: planes } = this;
    const { classes } = planes.geometry;
    planes.eachBlock((block) => {
      if (planes !== this.planes) this.bringAgain(block);
      for (let c = 0; c < classes; c++) writeClass(planes, block, c, slopesOf(block.sample * classes + c));
      if (planes.taking.activation === "softmax") chain(planes, block);
      pointwise?.addSlopes(planes, block, slopesOfCost);
      copyPlanesOut(planes, planes.gradient(0), planes.prediction(0), this.gradient, block);
    });
  }

  /** Brings in what the sums kept of a block, and computes the rest again. */
  private bringAgain(block: Block): void {
    const { gradientPlanes: planes, kept, pointwise, slopePlane } = this;
    if (kept) {
      if (slopePlane === undefined) {
        planes.load(block, kept);
        return;
      }
      planes.loadPredictions(block, kept);
      copyPredictions(planes, slopePlane, block.n);
    }
    planes.load(block);
    if (!kept && pointwise?.needsBegin) pointwise.begin(planes, block);
    planes.activate(block);
  }
}

/** Writes the gradient with respect to the probabilities of a class; with a sigmoid, with respect to its logits. */
function writeClass(planes: Planes, block: Block, c: number, slopes: Slopes): void {
  const [t, label] = targetOfGradient(planes, block, c);
  const g = planes.gradient(c);
  writeSlopes(planes.engine, planes.taking, slopes, t, label, planes.p[c], g, block.n);
  planes.except(g, g, block.n);
}

/** From the gradient with respect to a softmax to that with respect to its logits. */
function chain(planes: Planes, { n }: Block): void {
  const { engine, geometry, p, stride } = planes;
  engine.kernels.chain(p[0], planes.sourceStride(), planes.gradient(0), stride, geometry.classes, n, 0);
}
