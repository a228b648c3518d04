// Where the planes of a block of positions lie in the engine's memory, and how large they are.
import { wrongValue } from "./check.ts";
import type { Address, Engine } from "./engine.ts";
import type { Geometry } from "./geometry.ts";

export class Layout {
  /**
   * Elements of a block, and so of a plane: a power of two, so that blocks of any size are on the grid of 16,384 positions.
   * It depends on the classes, their layout and the loss alone, and so do the bits.
   */
  readonly block: number;
  /** Bytes from a plane to the next. */
  readonly stride: number;
  /** The planes of which there is one: labels, integers or bytes as they are, and one for whoever needs it for a moment. */
  readonly labels: Address;
  readonly raw: Address;
  readonly spare: Address;
  private readonly predictions: Address;
  private readonly targets: Address;
  private readonly gradients: Address;
  private readonly own: Address;

  /**
   * @param pointwise planes that a pointwise loss wants
   * @param gradients whether gradients are wanted
   */
  constructor(engine: Engine, { classes, last }: Geometry, pointwise: number, gradients: boolean) {
    const gradient = classes + (last ? classes : 1); // the classes' targets take one plane in turn, unless they come all at once
    const spare = gradient + (last || gradients ? classes : 1); // behind what is joined and split, which goes a little beyond
    this.block = blockOf(engine, spare + 3 + pointwise, classes);
    this.stride = 4 * (this.block < SKEWED ? this.block : this.block + SKEW);
    this.predictions = engine.stage;
    this.targets = this.predictions + this.stride * classes;
    this.gradients = this.predictions + this.stride * gradient;
    this.spare = this.predictions + this.stride * spare;
    this.labels = this.spare + this.stride;
    this.raw = this.labels + this.stride;
    this.own = this.raw + this.stride;
  }

  /** The planes of which there is one for each class. */
  prediction(c: number): Address {
    return this.predictions + this.stride * c;
  }

  target(c: number): Address {
    return this.targets + this.stride * c;
  }

  /** They also take what is to be split. */
  gradient(c: number): Address {
    return this.gradients + this.stride * c;
  }

  /** The planes that a pointwise loss wants. */
  pointwise(k: number): Address {
    return this.own + this.stride * k;
  }
}

/** Elements between planes: a power of two apart, their heads would compete for the same set of the cache. */
const SKEW = 4;
const SKEWED = 64; // elements of a block from which on that happens

function blockOf({ heap, stage, block }: Engine, planes: number, classes: number): number {
  const room = Math.floor((heap - stage) / 4);
  const most = Math.floor(room / 4);
  if (planes > most) {
    const each = Math.floor(planes / classes);
    wrongValue("shape", `at most ${Math.floor((most - (planes - each * classes)) / each)} classes`, `${classes}`);
  }
  const skewed = powerOfTwo(Math.max(1, room / planes - SKEW));
  return skewed < SKEWED ? Math.min(SKEWED / 2, powerOfTwo(room / planes)) : Math.min(block, skewed);
}

/** The largest power of two up to a number of 1 or more. */
function powerOfTwo(most: number): number {
  return 1 << (31 - Math.clz32(most));
}
