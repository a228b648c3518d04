// Where the planes of a block of positions lie in the engine's memory, and how large they are.
import { wrongValue } from "./check.ts";
import { type Address, BLOCK, HEAP, STAGE } from "./engine.ts";
import type { Geometry } from "./geometry.ts";

export class BlockLayout {
  readonly geometry: Geometry;
  /**
   * The most elements of a block: a power of two, so that blocks of any size are on the grid of 16,384 positions.
   * It depends on the classes, their layout and the loss alone, and so do the bits.
   */
  readonly block: number;
  /** Bytes from a plane to the next; a plane is a block, or all positions of a sample where those are fewer. */
  readonly stride: number;
  /** Behind the planes, where all classes of a sample are staged at once; undefined where they are more than fits there, or than a block. */
  readonly whole: Address | undefined;
  /** The planes of which there is one: labels as bytes, integers as they are, and one for whoever needs it for a moment. */
  readonly labels: Address;
  readonly raw: Address;
  readonly spare: Address;
  /** The planes before those of gradients, and before the three of which there is one. */
  private readonly inputs: number;
  private readonly ofAll: number;

  /**
   * @param pointwise planes that a pointwise loss wants
   * @param gradients whether gradients are wanted
   */
  constructor(geometry: Geometry, pointwise: number, gradients: boolean) {
    const { classes, positions, last } = geometry;
    this.geometry = geometry;
    this.inputs = classes + (last ? classes : 1); // the classes' targets take one plane in turn, unless they come all at once
    this.ofAll = this.inputs + (last || gradients ? classes : 1); // behind what is joined and split, which goes a little beyond
    const planes = this.ofAll + 3 + pointwise;
    this.block = blockOf(planes, classes);
    const length = Math.min(this.block, 4 * Math.ceil(positions / 4));
    this.stride = 4 * (length < SKEWED ? length : length + SKEW);
    this.spare = this.plane(this.ofAll);
    this.raw = this.spare + this.stride;
    this.labels = this.raw + this.stride; // a few integers go a little beyond theirs, before labels lie here
    const end = this.plane(planes);
    const fits = end + 4 * (classes * positions + BEYOND) <= HEAP;
    this.whole = fits && positions <= this.block ? end : undefined;
  }

  private plane(k: number): Address {
    return STAGE + this.stride * k;
  }

  /** The planes of which there is one for each class. */
  prediction(c: number): Address {
    return this.plane(c);
  }

  target(c: number): Address {
    return this.plane(this.geometry.classes + c);
  }

  /** They also take what is to be split. */
  gradient(c: number): Address {
    return this.plane(this.inputs + c);
  }

  /** The planes that a pointwise loss wants. */
  pointwise(k: number): Address {
    return this.plane(this.ofAll + 3 + k);
  }
}

/** Elements between planes: a power of two apart, their heads would compete for the same set of the cache. */
const SKEW = 4;
const SKEWED = 64; // elements of a block from which on that happens
const BEYOND = 4; // elements that kernels may write beyond the last plane, and read beyond what is staged

function blockOf(planes: number, classes: number): number {
  const room = Math.floor((HEAP - STAGE) / 4) - BEYOND;
  const most = Math.floor(room / 4);
  if (planes > most) {
    const each = Math.floor(planes / classes);
    wrongValue("shape", `at most ${Math.floor((most - (planes - each * classes)) / each)} classes`, classes);
  }
  const skewed = powerOfTwo(Math.max(1, room / planes - SKEW));
  return skewed < SKEWED ? Math.min(SKEWED / 2, powerOfTwo(room / planes)) : Math.min(BLOCK, skewed);
}

/** The largest power of two up to a number of 1 or more. */
function powerOfTwo(most: number): number {
  return 1 << (31 - Math.clz32(most));
}
