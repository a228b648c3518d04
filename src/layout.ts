// Where the planes of a block of positions lie in the engine's memory, and how large they are.
import { wrongValue } from "./check.ts";
import { type Address, BLOCK, HEAP, STAGE } from "./engine.ts";
import type { Geometry } from "./geometry.ts";

export class BlockLayout {
  readonly geometry: Geometry;
  /**
   * The most positions of a block: a power of two, so that blocks of any size are on the grid of 16,384 positions. For
   * sums it depends on the classes, their layout and the loss alone, and so do their bits.
   */
  readonly block: number;
  /** Bytes from one plane to the next; a plane holds a block, or all positions of a sample if those are fewer. */
  readonly stride: number;
  /** After the planes, where all classes of a sample are staged at once; undefined if they do not fit there or into a block. */
  readonly whole: Address | undefined;
  /** The single planes: labels as bytes, integers as they are, and scratch. */
  readonly labels: Address;
  readonly raw: Address;
  readonly spare: Address;
  /** The number of planes before those of gradients, and before the three single ones. */
  private readonly inputs: number;
  private readonly singles: number;

  /**
   * @param pointwise the number of planes that a pointwise loss needs
   * @param gradients whether gradients are wanted
   */
  constructor(geometry: Geometry, pointwise: number, gradients: boolean) {
    const { classes, positions, last } = geometry;
    this.geometry = geometry;
    // one plane serves the targets of each class in turn, unless those of all classes come at once
    this.inputs = classes + (last ? classes : 1);
    // after what is joined and split, which goes a little beyond its planes
    this.singles = this.inputs + (last || gradients ? classes : 1);
    const planes = this.singles + 3 + pointwise;
    this.block = Math.min(BLOCK, blockOf(planes, classes));
    const length = Math.min(this.block, 4 * Math.ceil(positions / 4));
    this.stride = 4 * (length < SKEWED ? length : length + SKEW);
    this.spare = this.plane(this.singles);
    this.raw = this.spare + this.stride;
    // a few raw integers may reach past their plane, but only before labels lie here
    this.labels = this.raw + this.stride;
    const end = this.plane(planes);
    const fits = end + 4 * (classes * positions + BEYOND) <= HEAP;
    this.whole = fits && positions <= this.block ? end : undefined;
  }

  private plane(k: number): Address {
    return STAGE + this.stride * k;
  }

  /** The planes of each class. */
  prediction(c: number): Address {
    return this.plane(c);
  }

  target(c: number): Address {
    return this.plane(this.geometry.classes + c);
  }

  /** Data to be split is staged here too. */
  gradient(c: number): Address {
    return this.plane(this.inputs + c);
  }

  /** The planes of a pointwise loss. */
  pointwise(k: number): Address {
    return this.plane(this.singles + 3 + k);
  }
}

/** Elements between planes: if they were a power of two apart, their heads would compete for the same set of the cache. */
const SKEW = 4;
const SKEWED = 64; // elements of a block: from this many on, planes are skewed
const BEYOND = 4; // elements that kernels may write past the last plane, and read past what is staged

function blockOf(planes: number, classes: number): number {
  const room = Math.floor((HEAP - STAGE) / 4) - BEYOND;
  const mostPlanes = Math.floor(room / 4); // of four positions, the fewest
  if (planes > mostPlanes) {
    const perClass = Math.floor(planes / classes);
    const others = planes - perClass * classes;
    wrongValue("shape", `at most ${Math.floor((mostPlanes - others) / perClass)} classes`, classes);
  }
  const skewed = powerOfTwo(Math.max(1, room / planes - SKEW));
  return skewed < SKEWED ? Math.min(SKEWED / 2, powerOfTwo(room / planes)) : skewed;
}

/** The largest power of two not above a number of 1 or more. */
function powerOfTwo(most: number): number {
  return 1 << (31 - Math.clz32(most));
}
