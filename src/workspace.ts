// Arrays that live in linear memory, so that calls use them without a copy.

import type { IntegerArray, Prediction, Target } from "./arrays.ts";
import { checkCount, checkOptions, wrongKind, wrongValue } from "./check.ts";
import { Engine } from "./engine.ts";

type TargetArray = Float32Array | IntegerArray;
interface TargetConstructor<T extends TargetArray> {
  readonly BYTES_PER_ELEMENT: number;
  readonly name: string;
  new (buffer: ArrayBuffer, byteOffset: number, length: number): T;
}

/** Options of `allocate`. */
export interface AllocateOptions<T extends TargetArray = Float32Array> {
  /** The typed array of the target: Float32Array (the default), or an integer one for masks. */
  readonly target?: TargetConstructor<T>;
  /** Whether an array for gradients is wanted too. Default false. */
  readonly gradient?: boolean;
}

/** What `allocate` gives. */
export interface Workspace<T extends TargetArray = Float32Array> {
  readonly prediction: Float32Array;
  readonly target: T;
  readonly gradient: Float32Array;
}

const MOST_BYTES = 65532 * 65536; // WebAssembly's 4 GiB less what the kernels stage and a page, so that no end address wraps round
const LARGE = 1 << 20;
const SKEW = 48 * 1024;
const TARGETS: readonly unknown[] = [
  Float32Array,
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
];

const engines = /* @__PURE__ */ new WeakMap<ArrayBufferLike, Engine>();
let inUse = false;

/** The engine in whose memory the array lies, if `allocate` made it. */
export function engineOf(array: Prediction | Target | undefined): Engine | undefined {
  return inUse && ArrayBuffer.isView(array) ? engines.get(array.buffer) : undefined;
}

export function allocate<T extends TargetArray = Float32Array>(
  length: number,
  options: AllocateOptions<T> & { readonly gradient: true },
): Workspace<T>;
export function allocate<T extends TargetArray = Float32Array>(
  length: number,
  options?: AllocateOptions<T>,
): Omit<Workspace<T>, "gradient">;
/**
 * Typed arrays in linear memory of their own: functions of this package read and write them in place, without a copy.
 * The memory has the size asked for (rounded up to 64 KiB pages) and never grows, so the views never detach; it is
 * freed by the garbage collector with its last view. Views of these arrays (`subarray`) are used in place too.
 *
 * @param length number of elements of the prediction
 * @param options `target`: the target's typed array; `gradient`: whether to add an array for gradients
 * @returns `{ prediction, target }`, all zero, and `gradient` when asked for
 * @throws {TypeError} when an argument is of the wrong kind
 * @throws {RangeError} when length is negative, fractional, or more than fits into 4 GiB of linear memory together
 *
 * @example
 * const { prediction, target } = allocate(512 * 512, { target: Uint8Array });
 * prediction.set(model.output);
 * target.set(mask);
 * diceLoss(prediction, target); // no copy
 */
export function allocate<T extends TargetArray>(length: number, options: AllocateOptions<T> = {}): Partial<Workspace<T>> {
  checkOptions(options, ["target", "gradient"], "allocate");
  const { target: Target = Float32Array as unknown as TargetConstructor<T>, gradient: wantsGradient = false } = options;
  if (!TARGETS.includes(Target)) wrongKind("target", "Float32Array or the constructor of an integer typed array", Target);
  if (typeof wantsGradient !== "boolean") wrongKind("gradient", "true or false", wantsGradient);
  checkCount("length", length, 0);
  const bytesPerElement = 4 + Target.BYTES_PER_ELEMENT + (wantsGradient ? 4 : 0);
  const most = Math.floor((MOST_BYTES - 3 * SKEW) / bytesPerElement);
  if (length > most)
    wrongValue("length", `at most ${most} elements (4 GiB of linear memory at ${bytesPerElement} bytes each)`, length);

  const engine = engineWithRoom(length, length * bytesPerElement + 64 + (length * 4 < LARGE ? 0 : 3 * SKEW));
  let address = engine.heap;
  const place = <A>(Type: {
    readonly BYTES_PER_ELEMENT: number;
    new (buffer: ArrayBuffer, byteOffset: number, length: number): A;
  }): A => {
    const array = new Type(engine.buffer, address, length);
    address = 16 * Math.ceil((address + length * Type.BYTES_PER_ELEMENT) / 16);
    // large arrays a power of two apart would compete for the same sets of every cache
    if (length * 4 >= LARGE) address += SKEW;
    return array;
  };
  const prediction = place(Float32Array);
  const gradient = wantsGradient ? place(Float32Array) : undefined;
  const target = place(Target);
  engines.set(engine.buffer, engine);
  inUse = true;
  return gradient ? { prediction, target, gradient } : { prediction, target };
}

function engineWithRoom(length: number, bytes: number): Engine {
  try {
    return new Engine(bytes);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    wrongValue("length", "as many elements as this machine has memory for", length);
  }
}
