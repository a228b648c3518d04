// What the battery calls: one row for each public function and way of calling it. A new loss is one row of LOSSES.

const TAKING = ["activation", "ignoreIndex", "mask", "intersection", "threshold"];
const INDEX = [...TAKING, "smooth", "squared", "empty", "includeBackground", "batch", "weights", "reduction"];
const LOSS = [...INDEX, "form"];
const TVERSKY = ["alpha", "beta"];

/** What each option may be; every entry is drawn once before any is drawn again. */
export const OPTIONS = {
  activation: [{ activation: "sigmoid" }, { activation: "softmax" }],
  ignoreIndex: [{ ignoreIndex: 0 }, { ignoreIndex: 255 }, { ignoreIndex: 1 }, { ignoreIndex: -1 }],
  mask: [{ mask: "Uint8Array" }, { mask: "Uint8ClampedArray" }],
  intersection: [{ intersection: "minimum" }],
  threshold: [{ threshold: 0.5 }, { threshold: 0.25 }],
  smooth: [{ smooth: 0 }, { smooth: 1e-5 }, { smooth: 2 }, { smooth: { numerator: 0, denominator: 1e-7 } }],
  squared: [{ squared: true }],
  empty: [0, 0.5, Number.NaN].map((empty) => ({ smooth: 0, empty })),
  includeBackground: [{ includeBackground: false }],
  batch: [{ batch: true }],
  weights: [{ weights: "Array" }, { weights: "Float32Array" }, { weights: "Float64Array" }],
  reduction: [{ reduction: "none" }, { reduction: "sum" }, { reduction: "none" }],
  reductionToOne: [{ reduction: "sum" }],
  form: [{ form: "negative" }, { form: "log" }],
  alpha: [{ alpha: 0.3 }, { alpha: 0 }, { alpha: 1 }],
  beta: [{ beta: 0.7 }, { beta: 1 }],
  gamma: [{ gamma: 0.5 }, { gamma: 1 }, { gamma: 2 }, { gamma: 1.25 }],
  weighting: [{ weighting: "simple" }, { weighting: "uniform" }],
  lambdaDice: [{ lambdaDice: 0.5 }, { lambdaDice: 0 }],
  lambdaCrossEntropy: [{ lambdaCrossEntropy: 2 }, { lambdaCrossEntropy: 0 }],
  lambdaFocal: [{ lambdaFocal: 3 }, { lambdaFocal: 0 }],
  labelSmoothing: [{ labelSmoothing: 0.1 }, { labelSmoothing: 1 }],
  scoreEmpty: [{ empty: 0 }, { empty: 1 }],
  fBeta: [{ beta: 0 }, { beta: 0.5 }, { beta: 2 }],
};

const without = (options, left) => options.filter((name) => name !== left);
const COMPOUND = [...LOSS, "lambdaDice"];

/**
 * The indices and losses, with the options that each knows. Some take logits whatever the activation is, and so no overlap;
 * and one weighs the background even where that is left out.
 */
const LOSSES = [
  { name: "diceCoefficient", options: INDEX },
  { name: "diceLoss", options: LOSS },
  { name: "jaccardIndex", options: INDEX },
  { name: "jaccardLoss", options: LOSS },
  { name: "tverskyIndex", options: [...INDEX, ...TVERSKY] },
  { name: "tverskyLoss", options: [...LOSS, ...TVERSKY] },
  { name: "focalTverskyLoss", options: [...INDEX, ...TVERSKY, "gamma"] },
  { name: "generalizedDiceLoss", options: [...without(LOSS, "weights"), "weighting"] },
  {
    name: "diceCrossEntropyLoss",
    options: [...without(COMPOUND, "reduction"), "reductionToOne", "lambdaCrossEntropy", "labelSmoothing"],
    logits: true,
    weighsBackground: true,
  },
  { name: "diceFocalLoss", options: [...COMPOUND, "lambdaFocal", "gamma", "alpha"], logits: true },
];

const SCORE = ["includeBackground", "scoreEmpty", "fBeta"];
const columns = (o) => [o.kind, o.intersection, o.prediction, o.target, o.predictionSquared, o.targetSquared, o.positions];
const json = (o) => (o.intersection.every(Number.isFinite) ? JSON.stringify(o) : "not finite");

/**
 * A row: its name, how many calls, the options drawn for them, and what a call gives. It takes arrays of any kind and shape,
 * unless `data` says: "flat", without a shape; "labels", two label maps; "hard", a shape of classes and a target of 0 and 1.
 */
export const ROWS = [
  ...LOSSES.flatMap(({ name, options, ...traits }) => [
    { ...traits, name, calls: 140, options, run: (dice, { prediction, target }, given) => dice[name](prediction, target, given) },
    {
      ...traits,
      name: `valueAndGradient of ${name}`,
      calls: 110,
      options: without(options, "threshold"),
      run: (dice, { prediction, target, gradient }, given) => {
        const got = dice.valueAndGradient(dice[name], prediction, target, gradient ? { ...given, gradient } : given);
        return [got.value, got.gradient.slice(0, prediction.length)];
      },
    },
  ]),
  ...LOSSES.filter(({ logits }) => !logits).map(({ name, options }) => ({
    name: `${name} of an overlap`,
    calls: 40,
    options,
    run: (dice, { prediction, target }, given) => {
      const [taking, rest] = parted(given);
      return dice[name](dice.overlap(prediction, target, taking), rest);
    },
  })),
  {
    name: "overlap",
    calls: 80,
    options: TAKING,
    run: (dice, { prediction, target }, given) => {
      const taken = dice.overlap(prediction, target, given);
      return [columns(taken), json(taken)];
    },
  },
  {
    name: "Overlap.add of pieces",
    calls: 60,
    options: ["intersection", "threshold"],
    data: "flat",
    run: (dice, { prediction, target }, given) => {
      const total = new dice.Overlap();
      const step = 1 + Math.floor(prediction.length / 3);
      for (let start = 0; start < prediction.length; start += step) {
        const piece = (array) => array.slice(start, start + step);
        total.add(dice.overlap(piece(prediction), piece(target), given));
      }
      return [columns(total), json(total)];
    },
  },
  {
    name: "Overlap.pool and fromJSON",
    calls: 60,
    options: TAKING,
    run: (dice, { prediction, target }, given) => {
      const pool = dice.overlap(prediction, target, given).pool();
      const again = json(pool) === "not finite" ? pool : dice.Overlap.fromJSON(JSON.parse(json(pool)));
      return [columns(again), json(again.add(pool))];
    },
  },
  {
    name: "allocate",
    calls: 20,
    options: [],
    run: (dice, { prediction, target }, { shape, layout } = {}) => {
      const type = Array.isArray(target) || target instanceof Float64Array ? Float32Array : target.constructor;
      const gradient = prediction.length % 2 === 0;
      const room = dice.allocate(shape ?? prediction.length, { target: type, gradient, ...(layout && { layout }) });
      const zeros = room.target.every((value) => value === 0);
      return [room.prediction, room.target.constructor.name, room.target.length, Number(zeros), room.gradient];
    },
  },
  {
    name: "scoreLabels of label maps",
    calls: 100,
    options: [...SCORE, "ignoreIndex", "mask"],
    data: "labels",
    run: (dice, { prediction, target }, given) => dice.scoreLabels(prediction, target, given),
  },
  {
    name: "scoreLabels of probabilities",
    calls: 100,
    options: [...SCORE, ...without(TAKING, "intersection")],
    data: "hard",
    run: (dice, { prediction, target }, given) => dice.scoreLabels(prediction, target, given),
  },
  {
    name: "scoreLabels of an overlap",
    calls: 40,
    options: [...SCORE, "ignoreIndex", "mask"],
    data: "hard",
    run: (dice, { prediction, target }, { includeBackground, empty, beta, ...taking }) => {
      const hard = dice.overlap(prediction, target, { ...taking, threshold: 0.5 });
      return dice.scoreLabels(hard, { includeBackground, empty, beta });
    },
  },
];

/** The options of an overlap, and those of what is made of it. */
function parted(given = {}) {
  const entries = Object.entries(given);
  const ofOverlap = ([name]) => ["shape", "layout", ...TAKING].includes(name);
  return [entries.filter(ofOverlap), entries.filter((entry) => !ofOverlap(entry))].map((part) => Object.fromEntries(part));
}
