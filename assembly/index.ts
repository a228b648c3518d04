// The ABI. Pointers are byte addresses, strides are in bytes, n counts elements; p prediction, t target, g gradient.
// A suffix names the type of the elements, where there is the same of another. Addresses may be of any alignment, and what is
// written is overwritten, unless said otherwise. Kernels allocate nothing, never throw and keep no state; the host owns the
// memory: but for constants, which end before address 1024, nothing lies in it.
import * as Activation from "./activation";
import * as Counts from "./counts";
import * as Gradient from "./gradient";
import * as Operands from "./operands";
import * as Planes from "./planes";
import * as Pointwise from "./pointwise";
import * as Sums from "./sums";

/** Σp·t, Σp, Σt */
export function sums_f32(p: usize, t: usize, n: usize, out: usize): void { Sums.sums(p, t, n, out, false, false); }
/** Σmin(p, t), Σp, Σt */
export function sums_minimum(p: usize, t: usize, n: usize, out: usize): void { Sums.sums(p, t, n, out, true, false); }
/** Σp·t, Σp², Σt² */
export function squares(p: usize, t: usize, n: usize, out: usize): void { Sums.sums(p, t, n, out, false, true); }
/** Σp·t, Σp, Σt, t being where bytes are label; whether one is more than `most` */
export function sums_u8(p: usize, t: usize, n: usize, label: i32, out: usize, most: u32): bool { return Sums.sumsOfBytes(p, t, n, label, out, most); }

/** g = a·h + b·p + c, h being t, ∂min(p, t)/∂p, or whether bytes are label; or that times p·(1 − p) */
export function gradient(t: usize, p: usize, g: usize, n: usize, label: i32, a: f32, b: f32, c: f32, sigmoid: bool): void { Gradient.gradient(t, p, g, n, label, a, b, c, sigmoid); }

/** block = p ≥ level, as 1 and 0 */
export function threshold(source: usize, block: usize, n: usize, level: f32): void { Operands.threshold(source, block, n, level); }
/** block = 1 / (1 + e^−x) */
export function sigmoid(source: usize, block: usize, n: usize): void { Activation.sigmoid(source, block, n); }
/** planes = softmax over the classes */
export function softmax(source: usize, sourceStride: usize, planes: usize, stride: usize, classes: usize, n: usize): void { Activation.softmax(source, sourceStride, planes, stride, classes, n); }
/** g = p·(g − Σp·g), from slopes by a softmax to slopes by its logits; or from slopes by its costs, g = p·Σg − g */
export function chain(p: usize, sourceStride: usize, g: usize, stride: usize, classes: usize, n: usize, byCosts: bool): void { Activation.chain(p, sourceStride, g, stride, classes, n, byCosts); }

/** x = ln Σ e^x − x over the classes */
export function surprise(p: usize, sourceStride: usize, x: usize, stride: usize, classes: usize, n: usize): void { Pointwise.surprise(p, sourceStride, x, stride, classes, n); }
/** the focal loss of logits, and its slope by them */
export function focal(x: usize, t: usize, values: usize, slopes: usize, n: usize, gamma: f32, positive: f32, negative: f32): void { Pointwise.focal(x, t, values, slopes, n, gamma, positive, negative); }

/** integers to labels as bytes, of a page of classes; whether one is more than `most` */
export function narrow_u8(source: usize, labels: usize, n: usize, first: i32, ignored: i32, mark: i32, most: u32): bool { return Operands.narrow<u8>(source, labels, n, first, ignored, mark, most); }
export function narrow_u16(source: usize, labels: usize, n: usize, first: i32, ignored: i32, mark: i32, most: u32): bool { return Operands.narrow<u16>(source, labels, n, first, ignored, mark, most); }
export function narrow_u32(source: usize, labels: usize, n: usize, first: i32, ignored: i32, mark: i32, most: u32): bool { return Operands.narrow<u32>(source, labels, n, first, ignored, mark, most); }
/** labels left out where bytes are a value */
export function leave_out(bytes: usize, value: i32, labels: usize, n: usize): void { Operands.leaveOut(bytes, value, labels, n); }
/** block = bytes are label, as 1 and 0; whether one is more than `most` */
export function one_hot(source: usize, label: i32, block: usize, n: usize, most: u32): bool { return Operands.oneHotBytes(source, label, block, n, most); }
/** block = source but 0 where left out */
export function except(labels: usize, source: usize, block: usize, n: usize): void { Operands.except(labels, source, block, n); }

/** exact counts of two labels, this and the next: in both, in p, in t; n a multiple of 64 here and in the next two */
export function count(p: usize, t: usize, n: usize, label: i32, out: usize): void { Counts.countPair(p, t, n, label, out); }
/** … of label 1 of masks; whether a byte is more than `most` */
export function masks(p: usize, t: usize, n: usize, most: i32, out: usize): bool { return Counts.countMasks(p, t, n, most, out); }
/** … of every label, in tables */
export function tally(p: usize, t: usize, n: usize, out: usize): void { Counts.tallyBytes(p, t, n, out); }

/** target[j][i] = source[i][j]: channels-last to planes, and back */
export function transpose(source: usize, sourceStride: usize, rows: usize, columns: usize, target: usize, targetStride: usize): void { Planes.transpose(source, sourceStride, rows, columns, target, targetStride); }
/** labels = the class of the largest plane */
export function argmax(planes: usize, stride: usize, classes: usize, n: usize, labels: usize): void { Planes.argmax(planes, stride, classes, n, labels); }
