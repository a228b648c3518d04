// What the tests of many regions run over: seeded data in both layouts, with float, one-hot and label targets.
import { expect } from "vitest";
import { allocate, generalizedDiceLoss, type Loss, type Prediction, type Target, valueAndGradient } from "../src/index.ts";
import { centralDifference } from "./reference.ts";
import { axesOf, isLabels, type Oracle, type RegionName, type RegionOptions } from "./regions-reference.ts";
import { INTEGERS, MEASURES, random } from "./table.ts";

export type RegionMeasure = (prediction: Prediction, target: Target, options?: RegionOptions) => number | Float64Array;

export const REGION_MEASURES = { ...MEASURES, generalizedDiceLoss } as Record<RegionName, RegionMeasure>;

export const NAMES = Object.keys(REGION_MEASURES) as RegionName[];
export const LAYOUTS = ["channels-first", "channels-last"] as const;
const TARGETS = ["floats", "one-hot", "labels"] as const;
export type Layout = (typeof LAYOUTS)[number];
export type Integers = (typeof INTEGERS)[number];

/** Spatial axes around the tiles. */
export const SPATIAL: readonly (readonly number[])[] = [[0], [1], [3], [4], [5], [63], [4095], [4097], [5, 7], [3, 4, 5], []];

/** Only the options that the measure knows. */
export function known(name: RegionName, options: RegionOptions): RegionOptions {
  const { form, alpha, beta, gamma, weighting, weights, ...index } = options;
  const ofTversky = name.toLowerCase().includes("tversky");
  return {
    ...index,
    ...(weights && name !== "generalizedDiceLoss" && { weights }),
    ...(form && /Loss$/.test(name) && name !== "focalTverskyLoss" && { form }),
    ...(alpha !== undefined && ofTversky && { alpha }),
    ...(beta !== undefined && ofTversky && { beta }),
    ...(gamma !== undefined && name === "focalTverskyLoss" && { gamma }),
    ...(weighting && name === "generalizedDiceLoss" && { weighting }),
  };
}

/** Data of one call. */
export interface Data {
  shape: number[];
  layout: Layout;
  classes: number;
  prediction: Float32Array;
  floats: Float32Array;
  oneHot: Float32Array;
  labels: Uint8Array;
  mask: Uint8Array;
}

export function shapeOf(samples: number, classes: number, spatial: readonly number[], layout: Layout): number[] {
  return layout === "channels-last" ? [samples, ...spatial, classes] : [samples, classes, ...spatial];
}

export function dataOf(
  samples: number,
  classes: number,
  spatial: readonly number[],
  layout: Layout,
  seed: number,
  logits = false,
): Data {
  const next = random(seed);
  const shape = shapeOf(samples, classes, spatial, layout);
  const length = shape.reduce((product, axis) => product * axis, 1);
  const places = length / classes; // N × positions
  const prediction = Float32Array.from({ length }, () => (logits ? 8 * next() - 4 : next()));
  const floats = Float32Array.from({ length }, next);
  const most = classes > 2 && next() < 0.5 ? classes - 1 : classes; // often the last class is absent
  const labels = Uint8Array.from({ length: places }, () => Math.floor(next() * (classes === 1 ? 2 : most)));
  const mask = Uint8Array.from({ length: places }, () => (next() < 0.3 ? 0 : 1 + Math.floor(200 * next())));
  const oneHot = oneHotOf(labels, shape, layout);
  return { shape, layout, classes, prediction, floats, oneHot, labels, mask };
}

/** A target and what leaves positions out, for each way that there is. */
export function operandsOf({
  floats,
  oneHot,
  labels,
  mask,
}: Data): [Float32Array | Uint8Array, Pick<RegionOptions, "mask" | "ignoreIndex">][] {
  const marked = labels.map((label, k) => (mask[k] === 0 ? 255 : label));
  return [
    [floats, {}],
    [floats, { mask }],
    [oneHot, { mask }],
    [labels, {}],
    [marked, { ignoreIndex: 255 }],
  ];
}

/** Positions of more than one block, however few the classes. */
export const BEYOND = 4102;

/** Logits beyond a block of positions, and of many classes, in both layouts. */
export function dataBeyondBlocks(): Data[] {
  const sizes = [
    [2, BEYOND],
    [20, 2051],
  ];
  return LAYOUTS.flatMap((layout) => sizes.map(([classes, positions]) => dataOf(1, classes, [positions], layout, 5, true)));
}

/** Logits of many classes in both layouts, and labels that take all of them in turn. */
export function dataOfManyClasses(sizes: readonly (readonly [classes: number, positions: number])[]): {
  readonly classes: number;
  readonly layout: Layout;
  readonly shape: number[];
  readonly prediction: Float32Array;
  readonly labels: Uint16Array;
}[] {
  return LAYOUTS.flatMap((layout) =>
    sizes.map(([classes, positions]) => {
      const { prediction, shape } = dataOf(1, classes, [positions], layout, 7, true);
      const labels = Uint16Array.from({ length: positions }, (_, k) => (k * 7) % classes);
      return { classes, layout, shape, prediction, labels };
    }),
  );
}

/** Prediction and target with values that no result may hang on where the mask leaves positions out. */
export function spoiled(
  { prediction, floats, shape, layout, mask }: Data,
  values: readonly number[],
): [prediction: Float32Array, target: Float32Array] {
  const { samples, classes, positions, at } = axesOf({ shape, layout }, prediction.length);
  const [p, t] = [prediction.slice(), floats.slice()];
  for (let k = 0; k < samples * positions * classes; k++) {
    const [place, c] = [Math.floor(k / classes), k % classes];
    if (mask[place] > 0) continue;
    const i = at(Math.floor(place / positions), c, place % positions);
    p[i] = values[place % values.length];
    t[i] = Number.NaN;
  }
  return [p, t];
}

export function oneHotOf(labels: ArrayLike<number>, shape: readonly number[], layout: Layout): Float32Array {
  const length = shape.reduce((product, axis) => product * axis, 1);
  const { samples, classes, positions, at } = axesOf({ shape, layout }, length);
  const floats = new Float32Array(length);
  for (let sample = 0; sample < samples; sample++) {
    for (let i = 0; i < positions; i++) {
      const label = labels[sample * positions + i];
      if (classes === 1) floats[at(sample, 0, i)] = Number(label === 1);
      else if (label >= 0 && label < classes) floats[at(sample, label, i)] = 1;
    }
  }
  return floats;
}

/** The same elements in the other layout, channels first to channels last. */
export function toLast(array: Float32Array, shape: readonly number[]): Float32Array {
  const { samples, classes, positions } = axesOf({ shape }, array.length);
  const turned = new Float32Array(array.length);
  array.forEach((value, k) => {
    const [sample, c, i] = [Math.floor(k / positions / classes), Math.floor(k / positions) % classes, k % positions];
    turned[(sample * positions + i) * classes + c] = value;
  });
  expect(samples * classes * positions).toBe(array.length);
  return turned;
}

/** The arrays in linear memory, with room for a gradient. */
export function resident(prediction: Float32Array, target: Float32Array | InstanceType<Integers>) {
  const Type = target.constructor as typeof Uint8Array;
  const room = allocate(prediction.length, { target: Type, gradient: true });
  room.prediction.set(prediction);
  room.target.set(target);
  return { ...room, target: room.target.subarray(0, target.length) };
}

export function numbers(value: number | ArrayLike<number>): number[] {
  return typeof value === "number" ? [value] : Array.from(value);
}

export function expectClose(
  got: number | ArrayLike<number>,
  wanted: number | ArrayLike<number>,
  bound: number,
  what: string,
): void {
  const [a, b] = [numbers(got), numbers(wanted)];
  expect(a, what).toHaveLength(b.length);
  expect(typeof got === "number", what).toBe(typeof wanted === "number");
  const far = a.findIndex((value, k) => !(Object.is(value, b[k]) || Math.abs(value - b[k]) <= bound));
  if (far >= 0) expect.fail(`${what}: got ${a[far]} for ${b[far]} at row ${far}, bound ${bound}`);
}

/** Fails where a gradient is not the central difference of the oracle; that of a reduction "none" is of its sum. */
export function expectGradient(
  measure: RegionMeasure,
  oracle: Oracle,
  prediction: Float32Array,
  target: Target,
  options: RegionOptions,
  every: number,
): void {
  const total = (p: ArrayLike<number>) => numbers(oracle(p, target, options)).reduce((a, b) => a + b, 0);
  const { value, gradient } = valueAndGradient(measure as Loss, prediction, target, options as object);
  expect(value).toEqual(measure(prediction, target, options));
  expect(gradient).toHaveLength(prediction.length);
  const scale = Math.max(0, ...gradient.map(Math.abs));
  for (let i = 0; i < prediction.length; i += every) {
    const wanted = centralDifference(total, prediction, i);
    const off = Math.abs(gradient[i] - wanted);
    if (!(off <= 2e-6 * scale + 1e-10)) {
      expect.fail(`${measure.name} ${JSON.stringify(options)}: got ${gradient[i]} for ${wanted} at ${i}, scale ${scale}`);
    }
  }
}

export const pick = <T>(list: readonly T[], next: () => number): T => list[Math.floor(next() * list.length)];
const INDEX_WAYS: RegionOptions[] = [{}, { squared: true }, { intersection: "minimum" }, { threshold: 0.4 }];
const SMOOTH = [1, 0, 1e-5, { numerator: 0, denominator: 1e-5 }];

/** A random call: its arrays, and every option that means anything. */
export function randomCall(seed: number): {
  prediction: Float32Array;
  target: Float32Array | InstanceType<Integers>;
  options: RegionOptions;
} {
  const next = random(seed);
  const large = next() < 0.06;
  const classes = large ? pick([20, 100], next) : pick([1, 2, 3, 4, 5, 6, 7], next);
  const spatial = pick(large ? [...SPATIAL.filter(([n]) => n < 4095), [515]] : SPATIAL, next);
  const layout = pick(LAYOUTS, next);
  const activation = pick(classes > 1 ? (["none", "sigmoid", "softmax"] as const) : (["none", "sigmoid"] as const), next);
  const data = dataOf(pick([1, 2, 3], next), classes, spatial, layout, seed, activation !== "none");
  const includeBackground = classes === 1 || next() < 0.7;
  const kind = pick(TARGETS, next);
  const Type = pick(INTEGERS, next);
  const labels = Type.from(data.labels);
  const ignored = pick([undefined, 0, Type.name.startsWith("I") ? -1 : 255], next);
  if (ignored !== undefined && kind === "labels")
    labels.forEach((_, k) => {
      if (next() < 0.2) labels[k] = ignored;
    });
  return {
    prediction: next() < 0.1 && activation === "none" ? data.prediction.fill(0) : data.prediction,
    target: kind === "labels" ? labels : kind === "floats" ? data.floats : data.oneHot,
    options: {
      shape: data.shape,
      layout,
      activation,
      includeBackground,
      ...pick(INDEX_WAYS, next),
      ...(ignored !== undefined && kind === "labels" && { ignoreIndex: ignored }),
      ...(next() < 0.3 && { mask: data.mask }),
      smooth: pick(SMOOTH, next),
      empty: pick([1, 0, Number.NaN], next),
      batch: next() < 0.3,
      ...(next() < 0.3 && { weights: Array.from({ length: classes - (includeBackground ? 0 : 1) }, () => 0.1 + next()) }),
      reduction: pick(["mean", "sum", "none"] as const, next),
      form: pick(["complement", "negative", "log"] as const, next),
      alpha: pick([0.5, 0.3, 1], next),
      beta: pick([0.5, 0.7, 1], next),
      gamma: pick([0.75, 4 / 3], next),
      weighting: pick(["square", "simple", "uniform"] as const, next),
    },
  };
}

/** How far a value may be from the oracle's: each region's 4e-7, 2e-6 where float32 makes the probabilities. */
export function boundOf({ activation = "none", reduction, shape = [1, 1], weights = [1] }: RegionOptions): number {
  const each = activation === "none" ? 4e-7 : 2e-6;
  const regions = reduction === "sum" ? shape[0] * weights.reduce((a, b) => a + b, 0) : 1;
  return each * Math.max(1, regions);
}

/** What kind of target it is, for messages. */
export const kindOfTarget = (target: ArrayLike<number>): string => (isLabels(target) ? target.constructor.name : "floats");
