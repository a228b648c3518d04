// The ABI. Pointers are byte addresses, strides are in bytes, n counts elements; p is the prediction, t the target, g the
// gradient. A suffix names the element type of kernels that come in several. Unless said otherwise, n is 1 or more,
// addresses may have any alignment, and outputs are overwritten. Kernels allocate nothing, never throw and keep no state.
// The host owns the memory; only constants lie in it, below address 1024.
import * as Activation from "./activation";
import * as Counts from "./counts";
import * as Gradient from "./gradient";
import * as Operands from "./operands";
import * as Planes from "./planes";
import * as Pointwise from "./pointwise";
import * as Sums from "./sums";

/** out += Σp·t, Σp, Σt */
export function sums_f32(p: usize, t: usize, n: usize, out: usize): void { Sums.sums(p, t, n, out, false, false); }
/** out += Σmin(p, t), Σp, Σt */
export function sums_minimum(p: usize, t: usize, n: usize, out: usize): void { Sums.sums(p, t, n, out, true, false); }
/** out += Σp·t, Σp², Σt² */
export function squares(p: usize, t: usize, n: usize, out: usize): void { Sums.sums(p, t, n, out, false, true); }
/**
 * out += Σp·t, Σp, Σt, where t = 1 if the byte is label, else 0; returns whether a byte exceeds `most`. n a multiple of
 * 32, also 0
 */
export function sums_u8(p: usize, t: usize, n: usize, label: i32, out: usize, most: u32): bool { return Sums.sumsOfBytes(p, t, n, label, out, most); }

/** g = a·h + b·p + c, h being t, ∂min(p, t)/∂p, or 1 where the byte is label, else 0; with `sigmoid`, times p·(1 − p) */
export function gradient(t: usize, p: usize, g: usize, n: usize, label: i32, a: f32, b: f32, c: f32, sigmoid: bool): void { Gradient.gradient(t, p, g, n, label, a, b, c, sigmoid); }

/** block = 1 where p ≥ level, else 0 */
export function threshold(source: usize, block: usize, n: usize, level: f32): void { Operands.threshold(source, block, n, level); }
/** block = 1 / (1 + e^−x) */
export function sigmoid(source: usize, block: usize, n: usize): void { Activation.sigmoid(source, block, n); }
/** planes = softmax over the classes */
export function softmax(source: usize, sourceStride: usize, planes: usize, stride: usize, classes: usize, n: usize): void { Activation.softmax(source, sourceStride, planes, stride, classes, n); }
/**
 * g = p·(g − Σp·g), the slopes with respect to logits from those with respect to their softmax p; `byCosts`,
 * g = p·Σg − g, from those with respect to its costs
 */
export function chain(p: usize, sourceStride: usize, g: usize, stride: usize, classes: usize, n: usize, byCosts: bool): void { Activation.chain(p, sourceStride, g, stride, classes, n, byCosts); }

/** x = ln Σ e^x − x over the classes */
export function surprise(p: usize, sourceStride: usize, x: usize, stride: usize, classes: usize, n: usize): void { Pointwise.surprise(p, sourceStride, x, stride, classes, n); }
/** the focal loss of logits, and its slope with respect to them */
export function focal(x: usize, t: usize, values: usize, slopes: usize, n: usize, gamma: f32, positive: f32, negative: f32): void { Pointwise.focal(x, t, values, slopes, n, gamma, positive, negative); }

/** integers to byte labels of one page of classes; returns whether one exceeds `most`. n at least 16 for bytes, else 8 */
export function narrow_u8(source: usize, labels: usize, n: usize, first: i32, ignored: i32, mark: i32, most: u32): bool { return Operands.narrow<u8>(source, labels, n, first, ignored, mark, most); }
export function narrow_u16(source: usize, labels: usize, n: usize, first: i32, ignored: i32, mark: i32, most: u32): bool { return Operands.narrow<u16>(source, labels, n, first, ignored, mark, most); }
export function narrow_u32(source: usize, labels: usize, n: usize, first: i32, ignored: i32, mark: i32, most: u32): bool { return Operands.narrow<u32>(source, labels, n, first, ignored, mark, most); }
/** labels marked as left out where bytes = value */
export function leave_out(bytes: usize, value: i32, labels: usize, n: usize): void { Operands.leaveOut(bytes, value, labels, n); }
/** block = 1 where the byte is label, else 0; returns whether a byte exceeds `most` */
export function one_hot(source: usize, label: i32, block: usize, n: usize, most: u32): bool { return Operands.oneHotBytes(source, label, block, n, most); }
/** block = source, but 0 where labels are left out */
export function except(labels: usize, source: usize, block: usize, n: usize): void { Operands.except(labels, source, block, n); }

/** out += exact counts of label and label + 1: in both maps, in p, in t; n a multiple of 64, here and in the next two */
export function count(p: usize, t: usize, n: usize, label: i32, out: usize): void { Counts.countTwo(p, t, n, label, out); }
/** … of label 1 of masks: in either, in p, in t; returns whether a byte exceeds `most` */
export function masks(p: usize, t: usize, n: usize, most: u32, out: usize): bool { return Counts.countMasks(p, t, n, most, out); }
/** … of every label, in tables; reads the byte before p and t too */
export function tally(p: usize, t: usize, n: usize, out: usize): void { Counts.tallyBytes(p, t, n, out); }

/** target[j][i] = source[i][j]: channels-last to planes, and back */
export function transpose(source: usize, sourceStride: usize, rows: usize, columns: usize, target: usize, targetStride: usize): void { Planes.transpose(source, sourceStride, rows, columns, target, targetStride); }
/** labels and most brought up to date by the planes of more classes: the class of the largest, and its value */
export function argmax(planes: usize, stride: usize, first: i32, last: i32, n: usize, most: usize, labels: usize): void { Planes.argmax(planes, stride, first, last, n, most, labels); }
