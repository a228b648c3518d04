// How flat arrays are laid out: samples, classes and positions.
import { isIntegers, type Prediction, type Target } from "./arrays.ts";
import { checkCount, checkWord, isCount, wrongContent, wrongKind, wrongValue } from "./check.ts";

/** The order of the axes: samples first, classes before or after the positions. */
export type DataLayout = "channels-first" | "channels-last";

/** Options that say how arrays are laid out. */
export interface ShapeOptions {
  /**
   * The shape of the prediction, `[N, C, …spatial]`, or for channels-last `[N, …spatial, C]`: N samples of C classes,
   * each class of a sample being a region. Without a shape everything is one region.
   */
  readonly shape?: readonly number[] | undefined;
  /** `"channels-first"` (the default) or `"channels-last"`. */
  readonly layout?: DataLayout | undefined;
}

/** The regions of a call: samples × classes, each of `positions` elements. */
export interface Geometry {
  readonly samples: number;
  readonly classes: number;
  readonly positions: number;
  /** Whether the classes of a position are adjacent in memory. */
  readonly last: boolean;
  /** Whether there was a shape. */
  readonly shaped: boolean;
}

const LAYOUTS = ["channels-first", "channels-last"] as const;

/** The geometry that the options describe; `length` is the number of elements, used where there is no shape. */
export function readGeometry({ shape, layout }: ShapeOptions, length: number): Geometry {
  const last = checkWord("layout", layout, LAYOUTS) === "channels-last";
  if (shape === undefined) {
    if (last) wrongContent("layout", 'a "shape" beside it', '"channels-last" alone');
    return { samples: 1, classes: 1, positions: length, last, shaped: false };
  }
  if (!Array.isArray(shape)) wrongKind("shape", "an array of axes, [N, C, …] or [N, …, C]", shape);
  const axes = (shape as number[]).slice(); // read once
  const channel = last ? axes.length - 1 : 1;
  let positions = 1;
  for (let i = 0; i < axes.length; i++) {
    const least = i === channel ? 1 : 0;
    if (!isCount(axes[i], least)) checkCount(`shape[${i}]`, axes[i], least); // the name is slow to build
    if (i !== 0 && i !== channel) positions *= axes[i];
  }
  if (axes.length < 2) wrongContent("shape", "two axes or more, [N, C, …] or [N, …, C]", `[${axes.join(", ")}]`);
  const classes = axes[channel];
  return { samples: axes[0], classes, positions, last: last && classes > 1, shaped: true };
}

const MOST_POOLED = 256; // classes: blocks of positions hold this many with room to spare

/**
 * For samples that are pooled: those of one position each, `[N, C]`, as the positions of one sample, which takes a
 * hundredth of the time.
 */
export function pooledPositions(geometry: Geometry): Geometry {
  const { samples, classes, positions } = geometry;
  if (positions !== 1 || samples < 2 || classes > MOST_POOLED) return geometry;
  return { samples: 1, classes, positions: samples, last: classes > 1, shaped: true };
}

/** Checks both lengths against the geometry, after the kinds. */
export function checkLengths(prediction: Prediction, target: Target, geometry: Geometry): void {
  const { samples, classes, positions, shaped } = geometry;
  const labels = samples * positions;
  const elements = labels * classes;
  const shapeText = (): string => `("shape" is ${samples} samples × ${classes} classes × ${positions} positions)`;
  if (prediction.length !== elements) wrongValue("prediction", `length ${elements} ${shapeText()}`, prediction.length);
  const integers = isIntegers(target);
  const expected = integers ? labels : elements;
  if (target.length === expected) return;
  if (!shaped) {
    const hint = elements > 0 && elements % target.length === 0 ? '; a label map needs a "shape", [N, C, …]' : "";
    wrongValue("target", `length ${expected} (as "prediction"${hint})`, target.length);
  }
  if (integers && target.length === elements) {
    const what = `length ${expected}, one label for each position (a one-hot target is of floats: Float32Array.from(target))`;
    wrongContent("target", what, `${target.length} integers`);
  }
  if (!integers && target.length === labels) {
    const what = `length ${elements} (as "prediction"; a label map is an integer typed array, of length ${labels})`;
    wrongContent("target", what, `${target.length} floats`);
  }
  const what = integers ? "label for each position" : "for each element";
  wrongValue("target", `length ${expected}, one ${what} ${shapeText()}`, target.length);
}
