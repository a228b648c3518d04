// The kernels alone, in a memory of their own, called as assembly/index.ts describes them.
import { readFileSync } from "node:fs";
import { type Kernels, STAGE } from "../src/engine.ts";

export const memory = new WebAssembly.Memory({ initial: 4 });
const module = new WebAssembly.Module(readFileSync("dist/dice.wasm"));
const { exports } = new WebAssembly.Instance(module, { env: { memory } });

export const kernels = exports as unknown as Kernels;
/** The first address that is free, aligned. */
export const first = STAGE;
export const floats = (address: number, length: number) => new Float32Array(memory.buffer, address, length);
export const labels = (address: number, length: number) => new Int32Array(memory.buffer, address, length);

/** The distance of two float32 at that value: 2⁻²³ of its power of two, and no less than the least normal's. */
export const ulpOf = (value: number) => 2 ** (Math.max(-126, Math.floor(Math.log2(Math.abs(value)))) - 23);

/** Whether no number lies between 0 and 2⁻¹²⁶, where float32 has fewer digits and processors take up to fifty times as long. */
export const isNormal = (values: Float32Array) => values.every((value) => value === 0 || Math.abs(value) >= 2 ** -126);
