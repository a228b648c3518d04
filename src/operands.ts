// An operand as the kernels see it: the address of each block, read in place or staged into the engine's own blocks.
import { type IntegerArray, isIntegers, type Prediction, type Target } from "./arrays.ts";
import { wrongKind, wrongValue } from "./check.ts";
import type { Engine } from "./engine.ts";

const FEW = 32; // below it a loop copies faster than the host's `set`, which costs some 30 ns to call

export interface Operand {
  /** Whether any stretch can be had at once; else only the blocks that begin at multiples of the engine's block. */
  readonly inPlace: boolean;
  /** The address of `count` float32 elements from `start` on, valid until the next call. */
  at(start: number, count: number): number;
}

/** The prediction of a call, `resident` when it lies in the engine's memory; with a `threshold` made hard, in the block that only gradients need. */
export function predictionOperand(
  engine: Engine,
  prediction: Prediction,
  resident: boolean,
  threshold: number | undefined,
): Operand {
  const soft = floatOperand(engine, "prediction", prediction, resident, engine.predictionBlock);
  return threshold === undefined ? soft : new Hard(engine, soft, threshold, engine.gradientBlock);
}

/** The target of a call: floats, or a mask of integers. */
export function targetOperand(engine: Engine, target: Target, resident: boolean): Operand {
  if (isIntegers(target)) return new Mask(engine, target, resident, engine.targetBlock);
  return floatOperand(engine, "target", target, resident, engine.targetBlock);
}

function floatOperand(engine: Engine, name: string, array: Prediction, resident: boolean, address: number): Operand {
  if (Array.isArray(array)) return new Numbers(engine, name, array, address);
  if (resident && array instanceof Float32Array) return new Resident(array);
  return new Staged(engine, array as Float32Array, address);
}

/** Float32 in the engine's memory. */
class Resident implements Operand {
  readonly inPlace = true;
  readonly base: number;

  constructor(array: Float32Array) {
    this.base = array.byteOffset;
  }

  at(start: number): number {
    return this.base + 4 * start;
  }
}

/** Float32 elsewhere, or float64 and float16, which `set` rounds; copied block by block. */
class Staged implements Operand {
  readonly inPlace = false;
  readonly engine: Engine;
  readonly array: Float32Array;
  readonly address: number;
  private staged = -1;

  constructor(engine: Engine, array: Float32Array, address: number) {
    this.engine = engine;
    this.array = array;
    this.address = address;
  }

  at(start: number, count: number): number {
    if (this.staged !== start) {
      const { array } = this;
      const { f32 } = this.engine;
      const first = this.address >> 2;
      if (count <= FEW) for (let i = 0; i < count; i++) f32[first + i] = array[start + i];
      else f32.set(count === array.length ? array : array.subarray(start, start + count), first);
      this.staged = start;
    }
    return this.address;
  }
}

/** A plain array of numbers, each looked at while it is copied. */
class Numbers implements Operand {
  readonly inPlace = false;
  readonly engine: Engine;
  readonly name: string;
  readonly array: readonly number[];
  readonly address: number;

  constructor(engine: Engine, name: string, array: readonly number[], address: number) {
    this.engine = engine;
    this.name = name;
    this.array = array;
    this.address = address;
  }

  at(start: number, count: number): number {
    const first = this.address >> 2;
    for (let i = 0; i < count; i++) {
      const value = this.array[start + i];
      if (typeof value !== "number") wrongKind(`${this.name}[${start + i}]`, "a number", value);
      this.engine.f32[first + i] = value;
    }
    return this.address;
  }
}

/** A mask of integers 0 and 1, anywhere, widened block by block. */
class Mask implements Operand {
  readonly inPlace = false;
  readonly engine: Engine;
  readonly array: IntegerArray;
  readonly resident: boolean;
  readonly address: number;
  private staged = -1;

  constructor(engine: Engine, array: IntegerArray, resident: boolean, address: number) {
    this.engine = engine;
    this.array = array;
    this.resident = resident;
    this.address = address;
  }

  at(start: number, count: number): number {
    if (this.staged !== start) {
      if (this.widen(this.source(start, count), count)) this.refuse(start);
      this.staged = start;
    }
    return this.address;
  }

  private source(start: number, count: number): number {
    const { engine, array } = this;
    const size = array.BYTES_PER_ELEMENT;
    const from = array.byteOffset + size * start;
    if (this.resident) return from;
    engine.bytes.set(new Uint8Array(array.buffer, from, size * count), engine.integerBlock);
    return engine.integerBlock;
  }

  private widen(source: number, count: number): number {
    const { kernels } = this.engine;
    const size = this.array.BYTES_PER_ELEMENT;
    const widen = size === 1 ? kernels.widen_u8 : size === 2 ? kernels.widen_u16 : kernels.widen_u32;
    return widen(source, this.address, count);
  }

  private refuse(start: number): never {
    let position = start;
    while (this.array[position] === 0 || this.array[position] === 1) position++;
    wrongValue(
      "target",
      "0 and 1 only in a mask of integers (make one of any other values with Uint8Array.from(target, (v) => v > 0 ? 1 : 0))",
      `${this.array[position]} at position ${position}`,
    );
  }
}

/** A prediction made hard: 1 where it reaches the threshold. */
class Hard implements Operand {
  readonly inPlace = false;
  readonly engine: Engine;
  readonly soft: Operand;
  readonly threshold: number;
  readonly address: number;

  constructor(engine: Engine, soft: Operand, threshold: number, address: number) {
    this.engine = engine;
    this.soft = soft;
    this.threshold = threshold;
    this.address = address;
  }

  at(start: number, count: number): number {
    this.engine.kernels.threshold_f32(this.soft.at(start, count), this.address, count, this.threshold);
    return this.address;
  }
}
