// An operand as the kernels see it: the address of any stretch of it, read in place or staged into the engine's memory.
import { type IntegerArray, isIntegers, type Prediction, type Target } from "./arrays.ts";
import { kindOf, wrongKind, wrongValue } from "./check.ts";
import { type Address, BLOCK, type Engine, STAGE } from "./engine.ts";

/** Floats, as float32. */
export interface Floats {
  /** Whether a stretch may be of any length; else it must fit the block it is staged in. */
  readonly inPlace: boolean;
  /** The address of `count` elements from `start` on; where they must be staged, it is `to`. */
  at(start: number, count: number, to: Address): Address;
}

/** The floats of an array; `resident` when it lies in the engine's memory. */
export function floatsOf(engine: Engine, name: string, array: Prediction, resident: boolean): Floats {
  if (Array.isArray(array))
    return { inPlace: false, at: (start, count, to) => copyNumbers(engine, name, array, start, count, to) };
  const floats = array as Float32Array; // or float64 and float16, which the host rounds
  if (!resident || !(array instanceof Float32Array)) {
    return { inPlace: false, at: (start, count, to) => engine.copyIn(floats, start, count, to) };
  }
  const base = floats.byteOffset;
  return { inPlace: true, at: (start) => base + 4 * start };
}

/** Stages a stretch of a plain array, each number looked at while it is copied; returns where. */
function copyNumbers(
  { f32 }: Engine,
  name: string,
  array: readonly number[],
  start: number,
  count: number,
  to: Address,
): Address {
  for (let i = 0; i < count; i++) {
    const value = array[start + i];
    if (typeof value !== "number") wrongKind(`${name}[${start + i}]`, "a number", value);
    f32[(to >> 2) + i] = value;
  }
  return to;
}

/** The target of a call: its floats, or its labels, of which `ignored` is left out. */
export function targetOf(engine: Engine, target: Target, resident: boolean, ignored: number | undefined): Floats | Labels {
  return isIntegers(target) ? new Labels(engine, target, resident, ignored) : floatsOf(engine, "target", target, resident);
}

/** Labels as bytes are of a page of classes: the label less the first of the page, 254 for all other labels. */
export const PAGE = 254;
/** The byte of a position that is left out. */
export const LEFT_OUT = 255;
// labels that a kernel takes at least: of bytes, and of larger integers
const LEAST_BYTES = 16;
export const LEAST = 8;

/** Integers. */
export class Labels {
  readonly array: IntegerArray;
  private readonly engine: Engine;
  /** Whether a stretch may be of any length; else it must fit the block it is staged in. */
  readonly inPlace: boolean;
  private readonly ignored: number | undefined;
  private readonly largest: number;

  constructor(engine: Engine, array: IntegerArray, resident: boolean, ignored: number | undefined) {
    this.engine = engine;
    this.array = array;
    this.inPlace = resident;
    this.largest = largestOf(array);
    const least = isSigned(array) ? -1 - this.largest : 0;
    const canBeThere = ignored !== undefined && ignored >= least && ignored <= this.largest;
    this.ignored = canBeThere ? ignored : undefined;
  }

  /**
   * Writes `count` labels from `start` on, eight at least, as bytes of the page of classes from `first` on; returns whether one that
   * is not ignored is negative or more than `most`.
   */
  narrow(start: number, count: number, bytes: Address, raw: Address, first: number, most: number): boolean {
    const { array, ignored = 0, largest } = this;
    const { kernels } = this.engine;
    const size = array.BYTES_PER_ELEMENT;
    const asTheyAre = count >= LEAST_BYTES && (size > 1 || first === 0); // a byte is not told from those of another page
    const source = asTheyAre ? this.at(start, count, raw) : this.widened(start, count, raw);
    const narrow = !asTheyAre || size > 2 ? kernels.narrow_u32 : size > 1 ? kernels.narrow_u16 : kernels.narrow_u8;
    const mark = this.ignored === undefined ? 0 : LEFT_OUT;
    return narrow(source, bytes, Math.max(count, LEAST), first, ignored, mark, Math.min(most, largest)) !== 0;
  }

  /** A copy of 32 bits each, and zeros where there are fewer than the kernel takes. */
  private widened(start: number, count: number, raw: Address): Address {
    const { engine, array } = this;
    const first = raw >> 2;
    for (let i = 0; i < Math.max(count, LEAST); i++) engine.i32[first + i] = i < count ? array[start + i] : 0;
    return raw;
  }

  /** Writes a mask as 1 and 0; returns whether it holds anything else. Nothing is ignored. */
  mask(start: number, count: number, block: Address, labels: Address, raw: Address): boolean {
    const { kernels } = this.engine;
    if (this.array.BYTES_PER_ELEMENT === 1) return kernels.one_hot(this.at(start, count, raw), 1, block, count, 1) !== 0;
    const isNone = this.narrow(start, count, labels, raw, 0, 1);
    kernels.one_hot(labels, 1, block, count, LEFT_OUT);
    return isNone;
  }

  /** The address of `count` labels from `start` on, as they are; where they must be staged, it is `raw`. */
  at(start: number, count: number, raw: Address): Address {
    const { engine, array } = this;
    if (this.inPlace) return array.byteOffset + array.BYTES_PER_ELEMENT * start;
    return engine.copyBytesIn(array, start, count, raw);
  }
}

/** Whether labels up to `most` can be told from all others as unsigned bytes, where negative ones are 128 and more. */
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

/** Checks a target of integers, from its first position to its last. */
export function checkIntegers(
  engine: Engine,
  array: IntegerArray,
  resident: boolean,
  classes: number,
  ignoreIndex?: number,
): void {
  const labels = new Labels(engine, array, resident, ignoreIndex);
  for (let start = 0; start < array.length; start += BLOCK) {
    const n = Math.min(BLOCK, array.length - start);
    if (labels.narrow(start, n, STAGE, STAGE + BLOCK, 0, mostLabel(classes))) refuseTarget(array, start, classes, ignoreIndex);
  }
}

/** The largest label that is a class; one class alone has a mask of 0 and 1. */
export function mostLabel(classes: number): number {
  return Math.max(2, classes) - 1;
}

/** Names the first element from `start` on that is no class, or is in no mask. */
export function refuseTarget(target: IntegerArray, start: number, classes: number, ignoreIndex: number | undefined): never {
  if (classes === 1) refuseMask(target, start, ignoreIndex);
  refuseLabel("target", target, start, classes, ignoreIndex);
}

/** Names the first element from `start` on that no mask holds. */
export function refuseMask(target: IntegerArray, start: number, ignoreIndex?: number): never {
  wrongValue(
    "target",
    '0 and 1 only in a mask of integers (target.map((v) => v > 0 ? 1 : 0) makes one; "shape" names classes)',
    firstBut(target, start, (value) => value === 0 || value === 1 || value === ignoreIndex),
  );
}

/** Names the first label from `start` on that is no class. */
export function refuseLabel(
  name: string,
  labels: IntegerArray,
  start: number,
  classes: number,
  ignoreIndex: number | undefined,
): never {
  const hint = name === "target" ? "; ignoreIndex leaves one more label out" : "";
  const ignore = ignoreIndex === undefined ? hint : ` or the ignored ${ignoreIndex}`;
  const fits = (label: number): boolean => (label >= 0 && label < classes) || label === ignoreIndex;
  wrongValue(name, `labels from 0 to ${classes - 1}${ignore}`, firstBut(labels, start, fits));
}

/** The first element from `start` on that does not fit, and its position. */
function firstBut(array: IntegerArray, start: number, fits: (value: number) => boolean): string {
  let position = start;
  while (position < array.length && fits(array[position])) position++;
  return `${array[position]} at position ${position}`;
}
