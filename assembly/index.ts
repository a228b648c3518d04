// The ABI. Pointers are byte addresses, n counts elements; p prediction, t target, g gradient.
// Kernels allocate nothing, never throw and keep no state; the host owns the memory and lays out all beyond `heap`.
import { gradient } from "./gradient";
import { minimumSlope, threshold, widen } from "./operands";
import { sums } from "./sums";

/** Elements of a staged block: a multiple of the tile of the sums, and a page of memory, which hosts copy fastest. */
const BLOCK: i32 = 1024;

export const block: i32 = BLOCK;
/** Where blocks are staged, one behind another: prediction, target, gradient, and integers that wait to be widened. */
export const stage: usize = memory.data(4 * 4 * BLOCK, 16);
/** Where sums are left: three kernels of p with t, p with p and t with t, six float64 each. */
export const sumsOut: usize = memory.data(144, 16);
/** The first address that is the host's: nothing is laid out after it. */
export const heap: usize = memory.data(16, 16);

/** Σp·t, Σp, Σt; and Σp² when t is p */
export function sums_f32(p: usize, t: usize, n: usize, out: usize): void {
  sums(p, t, n, out, false);
}
/** Σmin(p, t), Σp, Σt */
export function sums_minimum_f32(p: usize, t: usize, n: usize, out: usize): void {
  sums(p, t, n, out, true);
}

/** g = a·h + b·p + c */
export function gradient_f32(h: usize, p: usize, g: usize, n: usize, a: f32, b: f32, c: f32): void {
  gradient(h, p, g, n, a, b, c);
}
/** block = ∂min(p, t)/∂p */
export function slope_minimum_f32(p: usize, t: usize, block: usize, n: usize): void {
  minimumSlope(p, t, block, n);
}

/** block = p ≥ level, as 1 and 0 */
export function threshold_f32(source: usize, block: usize, n: usize, level: f32): void {
  threshold(source, block, n, level);
}
/** block = a mask of 0 and 1 as float32; true when the mask holds anything else */
export function widen_u8(source: usize, block: usize, n: usize): bool {
  return widen<u8>(source, block, n);
}
export function widen_u16(source: usize, block: usize, n: usize): bool {
  return widen<u16>(source, block, n);
}
export function widen_u32(source: usize, block: usize, n: usize): bool {
  return widen<u32>(source, block, n);
}
