// One instance of the compiled module and its memory. This file alone knows the loader and the layout of linear memory.
import { instantiateSync } from "@assemblyscript/loader";
import { wasm } from "#wasm";
import { cannotStart } from "./check.ts";

type Address = number;

/** The exports of assembly/index.ts; what each does is written there. */
interface Kernels {
  sums_f32(p: Address, t: Address, n: number, out: Address): void;
  sums_minimum_f32(p: Address, t: Address, n: number, out: Address): void;
  gradient_f32(h: Address, p: Address, g: Address, n: number, a: number, b: number, c: number): void;
  slope_minimum_f32(p: Address, t: Address, block: Address, n: number): void;
  threshold_f32(source: Address, block: Address, n: number, level: number): void;
  widen_u8(source: Address, block: Address, n: number): number;
  widen_u16(source: Address, block: Address, n: number): number;
  widen_u32(source: Address, block: Address, n: number): number;
}

type Constant = "block" | "stage" | "sumsOut" | "heap";
type Exports = Kernels &
  Record<Constant, { readonly value: number }> & { memory: { buffer: ArrayBuffer; grow(pages: number): number } };

const PAGE = 65536;

let compiled: object | undefined;

function instantiate(): Exports {
  try {
    const { module, instance } = instantiateSync((compiled ?? wasm()) as BufferSource);
    compiled = module;
    return instance.exports as unknown as Exports; // the instance's own functions: the loader's wrap every call
  } catch (cause) {
    if (cause instanceof RangeError) throw cause; // no memory to be had
    cannotStart(cause);
  }
}

/** An instance: its kernels, its memory and the addresses in it. The memory has one size from birth to end. */
export class Engine {
  readonly kernels: Kernels;
  readonly buffer: ArrayBuffer;
  readonly bytes: Uint8Array;
  readonly f32: Float32Array;
  readonly f64: Float64Array;
  /** Elements of a staged block. */
  readonly block: number;
  readonly predictionBlock: Address;
  readonly targetBlock: Address;
  readonly gradientBlock: Address;
  readonly integerBlock: Address;
  readonly sumsOut: Address;
  /** The first address beyond the blocks. */
  readonly heap: Address;

  /** @param room bytes wanted from `heap` on */
  constructor(room: number) {
    const exports = instantiate();
    const missing = exports.heap.value + room - exports.memory.buffer.byteLength;
    if (missing > 0) exports.memory.grow(Math.ceil(missing / PAGE));
    this.kernels = exports;
    this.buffer = exports.memory.buffer;
    this.bytes = new Uint8Array(this.buffer);
    this.f32 = new Float32Array(this.buffer);
    this.f64 = new Float64Array(this.buffer, 0, exports.heap.value >> 3);
    this.block = exports.block.value;
    const stage = exports.stage.value;
    const bytes = 4 * this.block;
    this.predictionBlock = stage;
    this.targetBlock = stage + bytes;
    this.gradientBlock = stage + 2 * bytes;
    this.integerBlock = stage + 3 * bytes;
    this.sumsOut = exports.sumsOut.value;
    this.heap = exports.heap.value;
  }
}

let shared: Engine | undefined;

/** The engine of everything that is copied in: made at the first call, two pages for ever. */
export function sharedEngine(): Engine {
  shared ??= new Engine(0);
  return shared;
}
