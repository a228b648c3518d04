// Arrays that lie in linear memory, so that calls use them without a copy.

import { type Float32s, INTEGER_KINDS, type IntegerArray, type Prediction, type Target } from "./arrays.ts";
import { checkCount, checkFlag, checkOptions, wrongKind, wrongValue } from "./check.ts";
import { Engine, HEAP } from "./engine.ts";
import { type DataLayout, readGeometry, type ShapeOptions } from "./geometry.ts";

type TargetArray = Float32Array | IntegerArray;
interface Constructor<A> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer, byteOffset: number, length: number): A;
}
interface TargetConstructor<T extends TargetArray> extends Constructor<T> {
  readonly name: string;
  readonly prototype: unknown;
}

/** Options of `allocate`. */
export interface AllocateOptions<T extends TargetArray = Float32Array> {
  /** The typed array of the target: Float32Array (the default), or an integer one for masks and label maps. */
  readonly target?: TargetConstructor<T> | undefined;
  /** Whether to add an array for gradients. Default false. */
  readonly gradient?: boolean | undefined;
  /** With a shape: `"channels-first"` (the default) or `"channels-last"`. */
  readonly layout?: DataLayout | undefined;
}

/** What `allocate` returns. */
export interface Workspace<T extends TargetArray = Float32Array> {
  readonly prediction: Float32s;
  readonly target: T;
  readonly gradient: Float32s;
}

// Large arrays a power of two apart would compete for the same sets of every cache, so they are skewed.
const LARGE = 1_048_576;
const SKEW = 49_152;

// by their memory, and by the arrays made here: asking an array for its buffer takes longer than finding it
const engines = new WeakMap<object, Engine>();
let inUse = false;

/** The engine in whose memory the array lies, if `allocate` made that memory. */
export function engineOf(array: Prediction | Target | undefined): Engine | undefined {
  if (!inUse || !ArrayBuffer.isView(array)) return undefined;
  return engines.get(array) ?? engines.get(array.buffer);
}

/**
 * Typed arrays in linear memory of their own, which the functions of this package read and write in place, as they do
 * views of them (`subarray`). The memory has the size asked for and 512 KiB, with a prediction of 1 MiB or more 656 KiB,
 * rounded up to pages of 64 KiB, and never grows, so views never detach. The garbage collector frees it with its last view.
 * Make one for each size and reuse it: each takes about half a millisecond, and a process of Node holds some 12,000.
 *
 * @param length the number of elements of the prediction, or its shape; with a shape, a target of integers has one label
 *   for each position
 * @param options see {@link AllocateOptions}
 * @returns `{ prediction, target }`, all zero, and `gradient` if asked for
 * @throws {TypeError} if an argument is of the wrong kind
 * @throws {RangeError} if a length or an axis is negative or fractional, or the arrays do not fit into 4 GiB of linear
 *   memory
 *
 * @example
 * const { prediction, target } = allocate(512 * 512, { target: Uint8Array });
 * prediction.set(model.output);
 * target.set(mask);
 * diceLoss(prediction, target); // no copy
 */
export function allocate<T extends TargetArray = Float32Array>(
  length: number | readonly number[],
  options: AllocateOptions<T> & { readonly gradient: true },
): Workspace<T>;
/** The same without an array for gradients. */
export function allocate<T extends TargetArray = Float32Array>(
  length: number | readonly number[],
  options?: AllocateOptions<T>,
): Omit<Workspace<T>, "gradient">;
export function allocate<T extends TargetArray>(
  length: number | readonly number[],
  options?: AllocateOptions<T>,
): Partial<Workspace<T>> {
  const given = checkOptions<AllocateOptions<T>>(options, "allocate", ["target", "gradient", "layout"]);
  const { target: Target = Float32Array as unknown as TargetConstructor<T> } = given;
  // compared by prototype: edge-runtime wraps Uint8Array in a Proxy, so arrays do not have it as their constructor
  if (!["Float32Array", ...INTEGER_KINDS].some((kind) => globalThis[kind as "Int8Array"].prototype === Target?.prototype))
    wrongKind("target", "Float32Array or the constructor of an integer typed array", Target);
  const wantsGradient = checkFlag("gradient", given.gradient, false);
  const { elements, labels } = lengthsOf(length, given.layout);
  const ofTarget = (Target as unknown) === Float32Array ? elements : labels;
  const bytes = elements * (wantsGradient ? 8 : 4) + ofTarget * Target.BYTES_PER_ELEMENT;
  checkRoom(elements, bytes);

  const skew = elements * 4 < LARGE ? 0 : SKEW;
  const engine = engineWithRoom(elements, bytes + 3 * skew + 64);
  let address = HEAP;
  const place = <A>(Type: Constructor<A>, count: number): A => {
    const array = new Type(engine.buffer, address, count);
    address = 16 * Math.ceil((address + count * Type.BYTES_PER_ELEMENT) / 16) + skew;
    return array;
  };
  const prediction = place(Float32Array, elements);
  const gradient = wantsGradient ? place(Float32Array, elements) : undefined;
  const target = place(Target, ofTarget);
  for (const key of [engine.buffer, prediction, target]) engines.set(key, engine);
  inUse = true;
  return gradient ? { prediction, target, gradient } : { prediction, target };
}

/** The number of elements of the prediction, and of labels in a target of integers. */
function lengthsOf(length: unknown, layout: DataLayout | undefined): { elements: number; labels: number } {
  const shape = Array.isArray(length) ? (length as number[]) : undefined;
  const { samples, classes, positions } = readGeometry({ shape, layout } as ShapeOptions, 0);
  if (shape) return { elements: samples * classes * positions, labels: samples * positions };
  if (typeof length !== "number") wrongKind("length", "a number of elements, or a shape in an array", length);
  const elements = checkCount("length", length, 0);
  return { elements, labels: elements };
}

function checkRoom(elements: number, bytes: number): void {
  // WebAssembly's 4 GiB less the staging area, the skews and two pages, so that no end address wraps around
  const room = 2 ** 32 - HEAP - 2 * 65536 - 3 * SKEW;
  if (bytes <= room) return;
  const each = bytes < Infinity ? bytes / elements : 4;
  const most = Math.floor(room / each);
  wrongValue("length", `at most ${most} elements (4 GiB of linear memory at ${Number(each.toFixed(2))} bytes each)`, elements);
}

function engineWithRoom(length: number, bytes: number): Engine {
  try {
    return new Engine(bytes);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    wrongValue("length", "as many elements as there is memory for (a process holds so many workspaces: reuse them)", length);
  }
}
