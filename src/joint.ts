// The same two passes where the classes of a position must be seen together: label maps, softmax, channels-last,
// positions that are left out, and pointwise losses.
import type { Geometry } from "./geometry.ts";
import { Layout } from "./layout.ts";
import type { Overlap } from "./overlap.ts";
import type { Call, Pass, Slopes } from "./passes.ts";
import { type Block, type Leaving, Planes } from "./planes.ts";
import type { Pointwise } from "./pointwise.ts";
import { clearSums, countSums, PLAIN, type Taking } from "./sums.ts";

export class JointPass implements Pass {
  private readonly taking: Taking;
  private readonly pointwise: Pointwise | undefined;
  /** The planes of a pass, laid out with or without those of gradients. */
  private readonly planesFor: (gradients: boolean) => Planes;
  /** Where probabilities are kept from the sums to the gradient, so that they are made once. */
  private readonly keep: Float32Array | undefined;

  constructor(
    call: Call,
    geometry: Geometry,
    taking: Taking,
    leaving: Leaving,
    pointwise: Pointwise | undefined,
    keep: Float32Array | undefined,
  ) {
    const wanted = pointwise?.planes(geometry.classes) ?? 0;
    const kept = keep && { ...call, prediction: keep, predictionResident: false };
    this.taking = taking;
    this.pointwise = pointwise;
    this.keep = keep;
    if (keep) new Layout(call.engine, geometry, wanted, true); // refuses too many classes before anything is kept
    this.planesFor = (gradients) => {
      if (gradients && kept) return new Planes(kept, geometry, { ...taking, activation: "none" }, leaving, wanted, gradients);
      return new Planes(call, geometry, taking, leaving, wanted, gradients);
    };
  }

  addTo(overlap: Overlap, costs?: Overlap): void {
    const { pointwise } = this;
    const planes = this.planesFor(false);
    const { engine } = planes;
    const { classes } = planes.geometry;
    planes.eachBlock((block) => {
      planes.load(block);
      pointwise?.measure(planes, block);
      planes.activate(block);
      pointwise?.finish?.(planes, block);
      if (this.keep) planes.copyOut("prediction", this.keep, block);
      const kept = planes.countKept(block);
      for (let c = 0; c < classes; c++) {
        const row = block.sample * classes + c;
        clearSums(engine);
        planes.addSums(block, c, this.taking, planes.p[c]);
        countSums(engine, this.taking, overlap, row);
        overlap.count(row, "positions", kept);
      }
      for (let row = 0; costs && pointwise && row < costs.classes; row++) {
        clearSums(engine);
        pointwise.addSums(planes, block, row);
        countSums(engine, PLAIN, costs, block.sample * costs.classes + row);
      }
    });
  }

  writeGradient(
    gradient: Float32Array,
    _inPlace: boolean,
    slopesOf: (row: number) => Slopes,
    slopesOfCost: (row: number) => Slopes,
  ): void {
    const { pointwise } = this;
    const planes = this.planesFor(true);
    const { classes } = planes.geometry;
    planes.eachBlock((block) => {
      planes.load(block);
      pointwise?.prepare(planes, block);
      planes.activate(block);
      for (let c = 0; c < classes; c++) this.gradientByProbability(planes, block, c, slopesOf(block.sample * classes + c));
      this.chain(planes, block);
      pointwise?.addSlopes(planes, block, slopesOfCost);
      planes.copyOut("gradient", gradient, block);
    });
  }

  private gradientByProbability(planes: Planes, block: Block, c: number, slopes: Slopes): void {
    const { kernels } = planes.engine;
    const [p, t, g] = [planes.p[c], planes.targetAt(block, c), planes.at("gradient", c)];
    let h = t;
    if (this.taking.intersection === "minimum") {
      h = planes.at("spare");
      kernels.slope_minimum(p, t, h, block.n);
    }
    kernels.gradient(h, p, g, block.n, slopes.byIntersection, slopes.bySquares, slopes.bySize);
    planes.except(g, block);
  }

  /** From the gradient by probabilities to that by logits. */
  private chain(planes: Planes, { n }: Block): void {
    const { kernels } = planes.engine;
    const { classes } = planes.geometry;
    const g = planes.at("gradient");
    if (this.taking.activation === "softmax") kernels.chain_softmax(planes.p[0], g, planes.stride, classes, n);
    if (this.taking.activation === "sigmoid") {
      for (let c = 0; c < classes; c++) kernels.chain_sigmoid(planes.p[c], planes.at("gradient", c), n);
    }
  }
}
