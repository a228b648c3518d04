// One instance of the compiled module and its memory. Only this file knows the loader, and the areas of linear memory: what
// is staged where, each pass knows.
import { instantiateSync } from "@assemblyscript/loader";
import { wasm } from "#wasm";
import { cannotStart, kindOf } from "./check.ts";

/** A byte address in linear memory. */
export type Address = number;

/** The signature for every size of integers. */
type Narrow = (source: Address, labels: Address, n: number, first: number, ignored: number, mark: number, most: number) => number;

/** The exports of assembly/index.ts, which documents them. */
export interface Kernels {
  sums_f32(p: Address, t: Address, n: number, out: Address): void;
  sums_minimum(p: Address, t: Address, n: number, out: Address): void;
  squares(p: Address, t: Address, n: number, out: Address): void;
  sums_u8(p: Address, t: Address, n: number, label: number, out: Address, most: number): number;
  gradient(t: Address, p: Address, g: Address, n: number, label: number, a: number, b: number, c: number, sigmoid: number): void;
  threshold(source: Address, block: Address, n: number, level: number): void;
  sigmoid(source: Address, block: Address, n: number): void;
  softmax(source: Address, sourceStride: number, planes: Address, stride: number, classes: number, n: number): void;
  chain(p: Address, sourceStride: number, g: Address, stride: number, classes: number, n: number, byCosts: number): void;
  surprise(p: Address, sourceStride: number, x: Address, stride: number, classes: number, n: number): void;
  focal(
    x: Address,
    t: Address,
    values: Address,
    slopes: Address,
    n: number,
    gamma: number,
    positive: number,
    negative: number,
  ): void;
  narrow_u8: Narrow;
  narrow_u16: Narrow;
  narrow_u32: Narrow;
  leave_out(bytes: Address, value: number, labels: Address, n: number): void;
  one_hot(source: Address, label: number, block: Address, n: number, most: number): number;
  except(labels: Address, source: Address, block: Address, n: number): void;
  count(p: Address, t: Address, n: number, label: number, out: Address): void;
  masks(p: Address, t: Address, n: number, most: number, out: Address): number;
  tally(p: Address, t: Address, n: number, out: Address): void;
  transpose(source: Address, sourceStride: number, rows: number, columns: number, target: Address, targetStride: number): void;
  argmax(planes: Address, stride: number, first: number, last: number, n: number, most: Address, labels: Address): void;
}

/** Given to the gradient kernel in place of a label when targets are floats: plain ones, or with the slope of min(p, t). */
export const FLOATS = -1;
export const MINIMUM = -2;

const WASM_PAGE = 65536;

// Linear memory holds the compiler's constants, the sums, the staged blocks, and the arrays of `allocate`.
/** Where sums are left: those of values, then those of squares, six float64 each. */
export const SUMS: Address = 1024;
/**
 * Where blocks are staged: seven for regions (regions.ts), planes for classes seen together (layout.ts), or two label maps,
 * their counters and raw integers (bytes.ts, counting.ts), and what the largest classes are found with (largest.ts).
 */
export const STAGE: Address = 1152;
/**
 * Where the staged blocks end and the arrays of `allocate` begin: room for a thousand positions of a hundred classes; with
 * 128 KiB losses of as many took 1.2 to 2.2 times as long (on an AMD EPYC with 1 MiB of L2 cache).
 */
export const HEAP: Address = 8 * WASM_PAGE;
/** The most elements, or positions, staged in a block: a multiple of the sums' tile, and the number that hosts copy fastest. */
export const BLOCK = 4096;

let compiled: object | undefined;

/**
 * The memory is passed in at its final size: growing one detaches its buffer, after which V8 gives up an optimisation of
 * all typed arrays of the process, ours or not (plain loops then take 1.5 times as long).
 */
function instantiate(pages: number): { kernels: Kernels; buffer: ArrayBuffer } {
  const source = (compiled ?? wasm()) as BufferSource;
  let memory: WebAssembly.Memory | undefined;
  try {
    memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    const { module, instance } = instantiateSync(source, { env: { memory } });
    compiled = module;
    // the instance's own functions: those of the loader wrap every call
    return { kernels: instance.exports as unknown as Kernels, buffer: memory.buffer };
  } catch (cause) {
    if (!memory && cause instanceof RangeError) throw cause; // out of memory
    cannotStart(cause);
  }
}

/** An instance: its kernels, and its memory, whose size never changes. */
export class Engine {
  readonly kernels: Kernels;
  readonly buffer: ArrayBuffer;
  readonly bytes: Uint8Array;
  readonly f32: Float32Array;
  readonly f64: Float64Array;
  readonly i32: Int32Array;
  /** Where operands must end: kernels may read sixteen bytes past them. */
  private readonly end: Address;
  /**
   * The last pair of arrays read in place as they are, and their addresses: asking an array for its buffer and offset
   * takes longer than the sums of a small one. Both lie in this memory, so that keeping them keeps nothing else alive. The
   * gradient of a pair is written right after its sums, from the same addresses. The shared engine keeps none.
   */
  last: { readonly prediction: unknown; readonly target: unknown; readonly p: Address; readonly t: Address } | undefined;
  /** The last two arrays that `holds` found to lie here, kept for the same reason; at first the engine, which is no array. */
  private held: unknown = this;
  private heldBefore: unknown = this;
  /** What `prefetch` read last: hosts would drop reads whose result nobody sees. */
  prefetched = 0;
  /** Whether a plain array is being read, whose getters may call this package again: such a call takes another engine. */
  isReading = false;

  /** @param room bytes wanted from HEAP on */
  constructor(room: number) {
    const { kernels, buffer } = instantiate(Math.ceil((HEAP + room) / WASM_PAGE));
    this.kernels = kernels;
    this.buffer = buffer;
    this.bytes = new Uint8Array(buffer);
    this.f32 = new Float32Array(buffer);
    this.f64 = new Float64Array(buffer);
    this.i32 = new Int32Array(buffer);
    this.end = this.bytes.length - 16;
  }

  /**
   * Reads a byte of every cache line of a stretch of `count` float32: lines not in a cache then arrive all at once, where
   * a compute-bound kernel would wait for a few at a time.
   */
  prefetch(at: Address, count: number): void {
    const { bytes } = this;
    const end = at + 4 * count;
    let read = 0;
    for (let byte = at; byte < end; byte += LINE) read |= bytes[byte];
    this.prefetched = read;
  }

  /**
   * Whether an array can be used in place: it lies in what was allocated, with room for reads past its end. The shared
   * engine, which allocates nothing, asks no array for its buffer.
   */
  holds(array: unknown): boolean {
    if (array === this.held || array === this.heldBefore) return true;
    if (this.end < HEAP || !ArrayBuffer.isView(array) || array.buffer !== this.buffer) return false;
    const isHere = array.byteOffset >= HEAP && array.byteOffset + array.byteLength <= this.end;
    if (isHere) {
      this.heldBefore = this.held;
      this.held = array;
    }
    return isHere;
  }

  /** Stages a stretch of a float array as float32; returns its address. */
  copyIn(
    array: ArrayLike<number> & { subarray(from: number, to: number): ArrayLike<number> },
    start: number,
    count: number,
    to: Address,
  ): Address {
    copy(array, start, count, this.f32, to >> 2);
    return to;
  }

  /** Stages a stretch of a typed array byte for byte, at a multiple of the element size; returns its address. */
  copyBytesIn(
    array: ArrayBufferView & { readonly BYTES_PER_ELEMENT: number },
    start: number,
    count: number,
    to: Address,
  ): Address {
    const size = array.BYTES_PER_ELEMENT;
    // without a view where possible: making one takes longer than copying a few bytes
    if (array instanceof Uint8Array) copy(array, start, count, this.bytes, to);
    else if (size === 4) copy(array as Int32Array, start, count, this.i32, to >> 2);
    else this.bytes.set(new Uint8Array(array.buffer, array.byteOffset + size * start, size * count), to);
    return to;
  }

  /** Copies a staged stretch of float32 out. */
  copyOut(from: Address, count: number, array: Float32Array, start: number): void {
    copy(this.f32, from >> 2, count, array, start);
  }
}

const LINE = 64; // bytes of a cache line
const LOOPED = 32; // elements: up to this many, a loop copies faster than the host's `set`, which costs some 30 ns to call

/** Copies a stretch of one array into another, each element converted as by an assignment. */
function copy<A extends ArrayLike<number> & { subarray(from: number, to: number): ArrayLike<number> }>(
  array: A,
  start: number,
  count: number,
  to: Float32Array | Uint8Array | Int32Array,
  first: number,
): void {
  if (count <= LOOPED) for (let i = 0; i < count; i++) to[first + i] = array[start + i];
  else set.call(to, count === array.length ? array : plain(array).subarray(start, start + count), first);
}

// taken from the prototype, as a derived class may have another
const { set } = Float32Array.prototype;

/**
 * The array itself; for a class derived from a typed array a plain view of it, as `subarray` would call that class's
 * constructor.
 */
function plain<A extends object>(array: A): A {
  if (array.constructor === Float32Array) return array; // the usual case: the rest takes 50 ns
  const { getPrototypeOf } = Object;
  if (getPrototypeOf(getPrototypeOf(array)) === getPrototypeOf(Float32Array.prototype)) return array;
  const { buffer, byteOffset, length } = array as unknown as Float32Array;
  return new globalThis[kindOf(array) as "Float32Array"](buffer, byteOffset, length) as unknown as A;
}

let shared: Engine | undefined;

/** The engine for everything that is copied in: made at the first call, half a megabyte for good. */
export function sharedEngine(): Engine {
  shared ??= new Engine(0);
  return shared;
}
