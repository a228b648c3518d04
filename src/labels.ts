// Operands of integers: labels, as they are or as bytes, and the checks of them.
import type { IntegerArray } from "./arrays.ts";
import { kindOf, wrongContent } from "./check.ts";
import { type Address, BLOCK, type Engine, STAGE } from "./engine.ts";

/** Which positions are left out. */
export interface Exclusion {
  readonly ignoreIndex: number | undefined;
  /** One byte for each position; 0 leaves it out. */
  readonly mask: Uint8Array | Uint8ClampedArray | undefined;
  /** Whether there is an `ignoreIndex` or a mask. */
  readonly excludes: boolean;
}

/** Leaves nothing out. */
export const NOTHING: Exclusion = { ignoreIndex: undefined, mask: undefined, excludes: false };

/** Classes of a page. As a byte, a label is its distance from the first of the page, or 254 if it is on another page. */
export const PAGE = 254;
/** The byte of a position that is left out. */
export const LEFT_OUT = 255;
// the fewest labels that a kernel takes: bytes, and larger integers
const LEAST_BYTES = 16;
export const LEAST_LABELS = 8;

/** An operand of integers. */
export class Labels {
  readonly array: IntegerArray;
  private readonly engine: Engine;
  /** Whether a stretch may have any length; else it must fit the block it is staged in. */
  readonly inPlace: boolean;
  private readonly ignored: number | undefined;
  private readonly largest: number;

  constructor(engine: Engine, array: IntegerArray, { ignoreIndex = Number.NaN }: Exclusion) {
    this.engine = engine;
    this.array = array;
    this.inPlace = engine.holds(array);
    this.largest = largestOf(array);
    const least = isSigned(array) ? -1 - this.largest : 0;
    this.ignored = ignoreIndex >= least && ignoreIndex <= this.largest ? ignoreIndex : undefined;
  }

  /**
   * Writes `count` labels from `start` on, at least eight, as bytes of the page of classes from `first` on; returns
   * whether one that is not ignored is negative or exceeds `most`.
   */
  narrow(start: number, count: number, bytes: Address, raw: Address, first: number, most: number): boolean {
    const { array, ignored = 0, largest } = this;
    const { kernels } = this.engine;
    const size = array.BYTES_PER_ELEMENT;
    const fits = count >= LEAST_BYTES && (size > 1 || first === 0); // the kernel of bytes knows only the first page
    const source = fits ? this.at(start, count, raw) : this.widened(start, count, raw);
    const narrow = !fits || size > 2 ? kernels.narrow_u32 : size > 1 ? kernels.narrow_u16 : kernels.narrow_u8;
    const mark = this.ignored === undefined ? 0 : LEFT_OUT;
    return narrow(source, bytes, Math.max(count, LEAST_LABELS), first, ignored, mark, Math.min(most, largest)) !== 0;
  }

  /**
   * Whether one of `count` bytes that `narrow` wrote is of a label that exceeds `most`, after more positions were left out.
   * Bytes of one of several pages do not tell: then it may be so.
   */
  mayExceed(bytes: Address, count: number, most: number): boolean {
    const limit = Math.min(most, this.largest);
    const written = this.engine.bytes;
    for (let i = bytes; i < bytes + count; i++) if (written[i] > limit && written[i] !== LEFT_OUT) return true;
    return most >= PAGE;
  }

  /** A copy as 32-bit integers, with zeros added if there are fewer than the kernel takes. */
  private widened(start: number, count: number, raw: Address): Address {
    const { engine, array } = this;
    const first = raw >> 2;
    for (let i = 0; i < Math.max(count, LEAST_LABELS); i++) engine.i32[first + i] = i < count ? array[start + i] : 0;
    return raw;
  }

  /** Writes a mask as 1 and 0; returns whether it holds anything else. Ignores no label. */
  toFloats(start: number, count: number, block: Address, labels: Address, raw: Address): boolean {
    const { kernels } = this.engine;
    if (this.array.BYTES_PER_ELEMENT === 1) return kernels.one_hot(this.at(start, count, raw), 1, block, count, 1) !== 0;
    const isNone = this.narrow(start, count, labels, raw, 0, 1);
    kernels.one_hot(labels, 1, block, count, LEFT_OUT);
    return isNone;
  }

  /** The address of `count` labels from `start` on, as they are; `raw`, if they must be staged. */
  at(start: number, count: number, raw: Address): Address {
    const { engine, array } = this;
    if (this.inPlace) return array.byteOffset + array.BYTES_PER_ELEMENT * start;
    return engine.copyBytesIn(array, start, count, raw);
  }
}

/** Whether, read as unsigned bytes, labels up to `most` differ from all others; negative ones read as 128 or more. */
export function areBytes(labels: IntegerArray, most: number): boolean {
  return labels.BYTES_PER_ELEMENT === 1 && most <= largestOf(labels);
}

function largestOf(array: IntegerArray): number {
  return -1 >>> (32 - 8 * array.BYTES_PER_ELEMENT + Number(isSigned(array)));
}

function isSigned(array: IntegerArray): boolean {
  if (array instanceof Uint8Array) return false;
  return kindOf(array).startsWith("Int");
}

/** Checks a target of integers from its first position to its last. */
export function checkIntegers(engine: Engine, array: IntegerArray, classes: number, exclusion: Exclusion): void {
  const labels = new Labels(engine, array, exclusion);
  for (let start = 0; start < array.length; start += BLOCK) {
    const n = Math.min(BLOCK, array.length - start);
    if (labels.narrow(start, n, STAGE, STAGE + BLOCK, 0, mostLabel(classes))) checkTarget(array, start, n, classes, exclusion);
  }
}

/** The largest label that is a class; with one class, the 1 of a mask. */
export function mostLabel(classes: number): number {
  return Math.max(2, classes) - 1;
}

// The checks below throw, naming the first of n labels from `start` on that is amiss and not left out. They run only where a
// kernel has seen a label that is amiss, wherever it was.

/** Checks that labels are classes or, with one class, those of a mask: 0 and 1. */
export function checkTarget(target: IntegerArray, start: number, n: number, classes: number, exclusion: Exclusion): void {
  if (classes > 1) {
    checkLabels("target", { target }, start, n, classes, exclusion);
    return;
  }
  const expected = `0 and 1 only${orIgnored(exclusion)} in a mask of integers (${maskFrom("target")}; a label map needs a "shape")`;
  refuseFirst("target", { target }, start, n, 1, expected, exclusion);
}

/** The operands that hold labels. */
interface LabelMaps {
  readonly prediction?: IntegerArray | undefined;
  readonly target: IntegerArray;
}

/** Checks that labels of the prediction or the target are classes. */
export function checkLabels(
  name: keyof LabelMaps,
  maps: LabelMaps,
  start: number,
  n: number,
  classes: number,
  exclusion: Exclusion,
): void {
  const ignored = name === "target" ? orIgnored(exclusion) || "; ignoreIndex leaves one more label out" : "";
  const expected = `labels from 0 to ${classes - 1}${ignored}${classes === 2 ? `; ${maskFrom(name)}` : ""}`;
  refuseFirst(name, maps, start, n, classes - 1, expected, exclusion);
}

const maskFrom = (name: string): string => `${name}.map((v) => v > 0 ? 1 : 0) makes a mask of 0 and 1`;
const orIgnored = ({ ignoreIndex }: Exclusion): string => (ignoreIndex === undefined ? "" : ` or the ignored ${ignoreIndex}`);

/** Positions are left out by what the target holds there. */
function refuseFirst(
  name: keyof LabelMaps,
  maps: LabelMaps,
  start: number,
  n: number,
  most: number,
  expected: string,
  { ignoreIndex, mask }: Exclusion,
): void {
  const labels = maps[name] as IntegerArray;
  for (let i = start; i < start + n; i++) {
    if (labels[i] >= 0 && labels[i] <= most) continue;
    const isLeftOut = mask?.[i] === 0 || maps.target[i] === ignoreIndex;
    if (!isLeftOut) wrongContent(name, expected, `${labels[i]} at position ${i}`);
  }
}
