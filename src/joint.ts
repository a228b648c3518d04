// The same two passes where the classes of a position must be seen together: label maps, softmax, channels-last,
// positions that are left out, and pointwise losses.
import type { Address } from "./engine.ts";
import type { Geometry } from "./geometry.ts";
import type { Overlap } from "./overlap.ts";
import type { Call, Pass, Slopes } from "./passes.ts";
import { type Block, type Leaving, Planes } from "./planes.ts";
import type { Pointwise } from "./pointwise.ts";
import { addSums, clearSums, countSums, PLAIN, type Taking } from "./sums.ts";

export class JointPass implements Pass {
  private readonly planes: Planes;
  private readonly taking: Taking;
  private readonly pointwise: Pointwise | undefined;

  constructor(call: Call, geometry: Geometry, taking: Taking, leaving: Leaving, pointwise: Pointwise | undefined) {
    this.planes = new Planes(call, geometry, taking, leaving, pointwise?.planes(geometry.classes) ?? 0);
    this.taking = taking;
    this.pointwise = pointwise;
  }

  addTo(overlap: Overlap, costs?: Overlap): void {
    const { planes, pointwise } = this;
    const { classes } = planes.geometry;
    planes.eachBlock((block) => {
      planes.load(block);
      pointwise?.measure(planes, block);
      planes.activate(block);
      const kept = planes.countKept(block);
      for (let c = 0; c < classes; c++) {
        const row = block.sample * classes + c;
        this.sum(this.taking, planes.p[c], planes.targetAt(block, c), block.n, overlap, row);
        overlap.count(row, "positions", kept);
      }
      if (costs) this.sumCosts(block, costs);
    });
  }

  private sumCosts(block: Block, costs: Overlap): void {
    const { planes, pointwise } = this;
    for (let c = 0; c < costs.classes && pointwise; c++) {
      const t = pointwise.targetAt(planes, block, c);
      this.sum(PLAIN, planes.at("pointwise", c), t, block.n, costs, block.sample * costs.classes + c);
    }
  }

  private sum(taking: Taking, p: Address, t: Address, n: number, overlap: Overlap, row: number): void {
    const { engine } = this.planes;
    clearSums(engine);
    addSums(engine, taking, p, t, n);
    countSums(engine, taking, overlap, row);
  }

  writeGradient(
    gradient: Float32Array,
    _inPlace: boolean,
    slopesOf: (row: number) => Slopes,
    slopesOfCost: (row: number) => Slopes,
  ): void {
    const { planes, pointwise } = this;
    const { classes } = planes.geometry;
    planes.eachBlock((block) => {
      planes.load(block);
      pointwise?.measure(planes, block);
      planes.activate(block);
      for (let c = 0; c < classes; c++) this.gradientByProbability(block, c, slopesOf(block.sample * classes + c));
      this.chain(block.n);
      pointwise?.addSlopes(planes, block, slopesOfCost);
      planes.copyOut(gradient, block);
    });
  }

  private gradientByProbability(block: Block, c: number, slopes: Slopes): void {
    const { planes } = this;
    const { kernels } = planes.engine;
    const [p, t, g] = [planes.p[c], planes.targetAt(block, c), planes.at("gradient", c)];
    let h = t;
    if (this.taking.intersection === "minimum") {
      h = planes.at("spare");
      kernels.slope_minimum_f32(p, t, h, block.n);
    }
    kernels.gradient_f32(h, p, g, block.n, slopes.byIntersection, slopes.bySquares, slopes.bySize);
    planes.except(g, block);
  }

  /** From the gradient by probabilities to that by logits. */
  private chain(n: number): void {
    const { planes } = this;
    const { kernels } = planes.engine;
    const { classes } = planes.geometry;
    const g = planes.at("gradient");
    if (this.taking.activation === "softmax") kernels.chain_softmax_f32(planes.p[0], g, planes.stride, classes, n);
    if (this.taking.activation === "sigmoid") {
      for (let c = 0; c < classes; c++) kernels.chain_sigmoid_f32(planes.p[c], planes.at("gradient", c), n);
    }
  }
}
