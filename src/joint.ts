// The same two passes where the classes of a position must be seen together: label maps, softmax, channels-last,
// positions that are left out, and pointwise losses.
import { FLOATS } from "./engine.ts";
import type { Geometry } from "./geometry.ts";
import { type Call, canKeep, type Pass, type Slopes, writeSlopes } from "./passes.ts";
import { type Block, Planes } from "./planes.ts";
import type { Pointwise } from "./pointwise.ts";
import type { Rows } from "./rows.ts";
import { clearSums, countSums, PLAIN, type Taking } from "./sums.ts";

export class JointPass implements Pass {
  private readonly taking: Taking;
  private readonly pointwise: Pointwise | undefined;
  /** The planes of the sums, and of the gradient: the same where all positions are one block, which is then brought in once. */
  private readonly planes: Planes;
  private readonly gradients: Planes;
  readonly keeps: boolean;
  private readonly gradient: Float32Array | undefined;

  constructor(call: Call, geometry: Geometry, taking: Taking, pointwise: Pointwise | undefined) {
    const { gradient } = call;
    const planesOf = (of: Call, how: Taking, gradients: boolean): Planes =>
      new Planes(of, geometry, how, pointwise?.planes(geometry.classes) ?? 0, gradients);
    this.taking = taking;
    this.pointwise = pointwise;
    const planes = planesOf(call, taking, gradient !== undefined);
    const isWhole = !gradient || planes.holdsAll();
    this.planes = isWhole ? planes : planesOf(call, taking, false);
    this.gradient = gradient;
    this.keeps = !isWhole && !pointwise?.slopesOfLogits && canKeep(call, taking);
    this.gradients = planes;
    if (this.keeps && gradient) {
      const kept: Call = { ...call, prediction: gradient, predictionResident: call.gradientResident };
      this.gradients = planesOf(kept, { ...taking, activation: "none" }, true);
      if (call.gradientResident && !geometry.last) this.planes.keptAt = gradient.byteOffset;
    }
  }

  addTo(rows: Rows, costs?: Rows): void {
    const { pointwise, planes } = this;
    const { engine } = planes;
    const { classes } = planes.geometry;
    const predictions = planes.prediction(0);
    planes.eachBlock((block) => {
      planes.load(block);
      pointwise?.measure(planes, block);
      planes.activate(block);
      pointwise?.finish?.(planes, block);
      if (this.keeps && planes.p[0] === predictions)
        planes.copyOut(predictions, planes.gradient(0), this.gradient as Float32Array, block);
      const kept = planes.countKept(block);
      for (let c = 0; c < classes; c++) {
        const row = block.sample * classes + c;
        clearSums(engine);
        planes.addSums(block, c, this.taking, planes.p[c]);
        countSums(engine, this.taking, rows, row, kept);
      }
      for (let row = 0; costs && pointwise && row < costs.classes; row++) {
        clearSums(engine);
        pointwise.addSums(planes, block, row);
        countSums(engine, PLAIN, costs, block.sample * costs.classes + row, kept);
      }
    });
  }

  writeGradient(slopesOf: (row: number) => Slopes, slopesOfCost: (row: number) => Slopes): void {
    const { pointwise, gradients: planes } = this;
    const { classes } = planes.geometry;
    planes.eachBlock((block) => {
      if (planes !== this.planes) this.bringAgain(planes, block);
      for (let c = 0; c < classes; c++) this.writeClass(planes, block, c, slopesOf(block.sample * classes + c));
      this.chain(planes, block);
      pointwise?.addSlopes(planes, block, slopesOfCost);
      planes.copyOut(planes.gradient(0), planes.prediction(0), this.gradient as Float32Array, block);
    });
  }

  private bringAgain(planes: Planes, block: Block): void {
    planes.load(block);
    if (this.pointwise?.slopesOfLogits) this.pointwise.measure(planes, block);
    planes.activate(block);
  }

  /** The gradient by the probabilities of a class, or with a sigmoid by its logits. */
  private writeClass(planes: Planes, block: Block, c: number, slopes: Slopes): void {
    const { taking } = this;
    const [t, label] = taking.intersection === "minimum" ? [planes.targetAt(block, c), FLOATS] : planes.targetOf(block, c);
    const g = planes.gradient(c);
    writeSlopes(planes.engine, taking, slopes, t, label, planes.p[c], g, block.n);
    planes.except(g, block);
  }

  /** From the gradient by probabilities of a softmax to that by logits. */
  private chain(planes: Planes, { n }: Block): void {
    const { classes } = planes.geometry;
    if (this.taking.activation !== "softmax") return;
    planes.engine.kernels.chain_softmax(planes.p[0], planes.sourceStride(), planes.gradient(0), planes.stride, classes, n);
  }
}
