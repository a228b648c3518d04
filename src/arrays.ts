// What may be passed as a prediction or a target, and the checks of it.
import { kindOf, wrongContent, wrongKind, wrongValue } from "./check.ts";

/** A Float16Array, described for versions of TypeScript that do not know it. */
interface HalfFloats {
  readonly [Symbol.toStringTag]: "Float16Array";
  readonly length: number;
  readonly [index: number]: number;
}

/** Probabilities or logits. A Float32Array is used as it is; other floats and number[] are converted to float32. */
export type Prediction = Float32Array | Float64Array | HalfFloats | readonly number[];
/** An integer typed array: a mask of 0 and 1, or a label map. */
export type IntegerArray = Int8Array | Uint8Array | Uint8ClampedArray | Int16Array | Uint16Array | Int32Array | Uint32Array;
/** Soft or one-hot floats, one for each element of the prediction; or integers, one for each position. */
export type Target = Prediction | IntegerArray;

// arrays made here: Float32Array<ArrayBuffer> and the like for the TypeScript versions that tell buffers apart (5.7 on)
export type Float32s = ReturnType<typeof Float32Array.of>;
export type Float64s = ReturnType<typeof Float64Array.of>;

const FLOAT_KINDS: readonly string[] = ["Float32Array", "Float64Array", "Float16Array"];
/** The integer typed arrays, by their names. */
export const INTEGER_KINDS: readonly string[] = [
  "Int8Array",
  "Uint8Array",
  "Uint8ClampedArray",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Uint32Array",
];

/** Whether the array is an integer typed array. */
export function isIntegers(array: Prediction | Target): array is IntegerArray {
  if (!ArrayBuffer.isView(array)) return false; // instanceof holds for a Proxy too
  if (array instanceof Uint8Array) return true; // the usual case: `kindOf` takes a tenth of a microsecond
  return !(array instanceof Float32Array) && INTEGER_KINDS.includes(kindOf(array));
}

/** Whether it is an array of floats: a plain array or a float typed array. */
function isFloats(array: unknown): boolean {
  if (!ArrayBuffer.isView(array)) return Array.isArray(array);
  return array instanceof Float32Array || FLOAT_KINDS.includes(kindOf(array));
}

/** Whether it is an array of numbers of any kind. */
export function areNumbers(array: unknown): boolean {
  return isIntegers(array as Target) || isFloats(array);
}

const FLOAT_ARRAYS = "a Float32Array, Float64Array, Float16Array or number[]";
const FLOATS_OF_MASKS = `${FLOAT_ARRAYS} (scoreLabels compares two masks or label maps)`;
const FLOATS_OF_OBJECT = `${FLOAT_ARRAYS} (the data of a tensor; Overlap.fromJSON reads what toJSON gave)`;
const integersFrom = (name: string): string =>
  `an integer typed array of up to 32 bits (Int32Array.from(${name}, Number) makes one)`;

/** Checks the kinds of both operands, and that neither has lost its memory. */
export function checkPair(prediction: unknown, target: unknown): void {
  if (!isFloats(prediction)) {
    wrongKind("prediction", isIntegers(prediction as Target) ? FLOATS_OF_MASKS : FLOATS_OF_OBJECT, prediction);
  }
  checkMemory("prediction", prediction);
  if (!areNumbers(target)) wrongKind("target", `a float array, a number[] or ${integersFrom("target")}`, target);
  checkMemory("target", target);
}

/** Checks that an array is a label map, and that it has its memory. */
export function checkLabelMap(name: string, array: unknown): asserts array is IntegerArray {
  if (!isIntegers(array as Target)) {
    wrongKind(name, `${integersFrom(name)}, a label for each position; probabilities take a "shape"`, array);
  }
  checkMemory(name, array);
}

/** Checks that an array has its memory. A view that has lost it looks empty; only a method of typed arrays tells the difference. */
export function checkMemory(name: string, array: unknown): void {
  if ((array as Prediction).length !== 0 || !ArrayBuffer.isView(array)) return;
  try {
    Uint8Array.prototype.keys.call(array as Uint8Array);
  } catch {
    wrongKind(name, "an array with its memory (its buffer was detached, or shrank)", array);
  }
}

/** Checks the array for a gradient: at least as long as the prediction, sharing no memory with an input. */
export function checkOutput(gradient: unknown, length: number, inputs: Record<string, unknown>): void {
  if (!ArrayBuffer.isView(gradient) || kindOf(gradient) !== "Float32Array") wrongKind("gradient", "a Float32Array", gradient);
  checkMemory("gradient", gradient);
  const output = gradient as Float32Array;
  if (output.length < length) wrongValue("gradient", `length ${length} or more (as "prediction")`, output.length);
  const { buffer } = output; // asking a view for its buffer is slow
  for (const name in inputs) {
    const input = inputs[name];
    if (ArrayBuffer.isView(input) && input.buffer === buffer && shareBytes(output, input)) {
      wrongContent("gradient", "memory of its own", `memory that it shares with "${name}"`);
    }
  }
}

/** Whether two views of one buffer overlap. */
function shareBytes(a: ArrayBufferView, b: ArrayBufferView): boolean {
  return a.byteOffset < b.byteOffset + b.byteLength && b.byteOffset < a.byteOffset + a.byteLength;
}
