// Jobs on several classes: probabilities, or softmax of logits, against label maps and one-hot floats.
import { diceCrossEntropyLoss, diceLoss, type LossOptions, scoreLabels, valueAndGradient } from "dice-wasm";
import { IGNORED } from "../data.ts";
import type { Data, Job, Work } from "../job.ts";
import { lossAndEntropyOf, lossOf, scoreOf } from "../reference.ts";
import * as loops from "../rivals/classes.ts";
import { naive, unrolled } from "../rivals/largest.ts";
import { ARITHMETIC } from "../rivals/text.ts";

type Rivals = { readonly [name: string]: (of: Data) => Work };

const NAIVE = { "naive loops": loops.naive };
const OF_FEW: Rivals = {
  "unrolled, exp from a table": loops.unrolled,
  "unrolled, exp from a table, no branches": (of) => loops.unrolled(of, ARITHMETIC),
};
const OF_MANY: Rivals = {
  "4 classes a turn, exp from a table": loops.fourClasses,
  "4 classes a turn, exp from a table, no branches": (of) => loops.fourClasses(of, ARITHMETIC),
};
const OF_TWO = { "sigmoid of the difference, exp from a table": loops.difference };
const OF_PROBABILITIES: Rivals = { unrolled: loops.unrolled, "4 positions a turn": loops.fourPositions };

const BY_LOGITS: Pick<Data, "prediction"> = { prediction: "logits" };

/** The loss of all classes. There is one label, of one byte, for as many elements as there are classes. */
function loss(title: string, data: Data, best: Rivals): Job {
  const { classes, last = false, target } = data;
  const ofTarget = target === "floats" ? 4 : 1 / classes;
  const softmax = data.prediction === "logits";
  const options: Omit<LossOptions, "reduction"> = {
    ...(softmax && { activation: "softmax" }),
    ...(last && { layout: "channels-last" }),
  };
  return {
    title: `${title}, ${classes} classes, ${target === "floats" ? "one-hot floats" : "a label map"}${last ? ", channels last" : ""}`,
    bytes: 4 + ofTarget,
    counted: `4 of prediction + ${target === "floats" ? "4 of target" : `a label of 1 for ${classes} elements`} read`,
    data,
    reading: softmax ? { activation: "softmax" } : {},
    value: lossOf,
    function: "diceLoss",
    kernels: {
      ...(last && { transpose: target === "floats" ? 2 : 1 }),
      ...(softmax && { [`softmax of ${classes}`]: 1 }),
      ...(target === "floats" ? { sums_f32: 1 } : { sums_u8: 1 }),
    },
    call: (positions) => {
      const shaped = { ...options, shape: last ? [1, positions, classes] : [1, classes, positions] };
      return (p, t) => diceLoss(p, t, shaped);
    },
    rivals: Object.fromEntries(Object.entries({ ...NAIVE, ...best }).map(([name, of]) => [name, of(data)])),
    usual: Object.keys(NAIVE),
  };
}

const softmax = (classes: number, target: Data["target"], best: Rivals): Job =>
  loss("loss by softmax", { classes, target, ...BY_LOGITS }, best);

export const softmax2 = softmax(2, "labels", OF_TWO);
export const softmax4 = softmax(4, "labels", OF_FEW);
export const softmax20 = softmax(20, "labels", OF_MANY);
export const onehot2 = softmax(2, "floats", OF_TWO);
export const onehot4 = softmax(4, "floats", OF_FEW);
export const onehot20 = softmax(20, "floats", OF_MANY);

const IGNORING: Data = { classes: 4, target: "labels", ignored: true, ...BY_LOGITS };

/** A position that is left out costs the loops a jump, and the package a pass over it. */
export const softmax4Ignored: Job = {
  ...loss("loss by softmax with `ignoreIndex`", IGNORING, OF_FEW),
  kernels: { narrow_u8: 1 / 4, "softmax of 4": 1, except: 1, one_hot: 1 / 4, sums_f32: 1 / 4, sums_u8: 1 },
  call: (positions) => {
    const options = { shape: [1, IGNORING.classes, positions], activation: "softmax", ignoreIndex: IGNORED } as const;
    return (p, t) => diceLoss(p, t, options);
  },
};

/** Logits made hard: the scores of the largest of the classes. */
export const largest4: Job = {
  ...softmax4,
  title: "scores of logits by the largest of 4 classes, a label map",
  reading: { largest: true },
  value: scoreOf,
  function: "scoreLabels",
  kernels: { "argmax of 4": 1, narrow_u32: 1 / 4, narrow_u8: 1 / 4, count: 2 / 4 },
  call: (positions) => {
    const options = { shape: [1, 4, positions] };
    return (p, t) => scoreLabels(p, t, options).macro.dice;
  },
  rivals: {
    "naive loops": naive,
    unrolled: unrolled(),
    "unrolled, no branches": unrolled(ARITHMETIC),
  },
};

const LABELLED: Data = { classes: 4, prediction: "probabilities", target: "labels" };

export const labelled4 = loss("loss of probabilities", LABELLED, OF_PROBABILITIES);
export const labelled4Last: Job = {
  ...loss("loss of probabilities", { ...LABELLED, last: true }, OF_PROBABILITIES),
  beside: ["labelled4", "channels first"],
};
export const softmax4Last: Job = {
  ...loss("loss by softmax", { ...LABELLED, ...BY_LOGITS, last: true }, OF_FEW),
  beside: ["softmax4", "channels first"],
};

const TWICE = ({ classes }: Data): Pick<Job, "bytes" | "counted" | "function"> => ({
  bytes: 12 + 2 / classes,
  counted: `4 of prediction + a label of 1 for ${classes} elements read, twice, and 4 of gradient written`,
  function: "valueAndGradient",
});

/** The loss against labels, and its gradient with respect to the logits. */
function gradient(data: Data, best: Rivals): Job {
  const { classes, last } = data;
  const job = loss("value and gradient by logits, softmax", { ...data, gradient: true }, best);
  return {
    ...job,
    ...TWICE(data),
    kernels: {
      ...job.kernels,
      ...(last && { transpose: 4 }), // in, out and in again between the passes, and out
      "gradient of bytes": 1,
      [`chain of ${classes}`]: 1,
    },
    call: (positions) => {
      const shape = last ? [1, positions, classes] : [1, classes, positions];
      const layout = last ? "channels-last" : "channels-first";
      return (p, t, g) => valueAndGradient(diceLoss, p, t, { shape, layout, activation: "softmax", gradient: g }).value;
    },
  };
}

export const softmax4Gradient = gradient({ ...LABELLED, ...BY_LOGITS }, OF_FEW);
export const softmax4LastGradient: Job = {
  ...gradient({ ...LABELLED, ...BY_LOGITS, last: true }, OF_FEW),
  beside: ["softmax4Gradient", "channels first"],
};
export const softmax20Gradient = gradient({ ...LABELLED, ...BY_LOGITS, classes: 20 }, OF_MANY);

const ENTROPY: Data = { ...LABELLED, ...BY_LOGITS, crossEntropy: true };

export const crossEntropy4: Job = {
  ...loss("loss by softmax plus cross-entropy", ENTROPY, OF_FEW),
  value: lossAndEntropyOf,
  function: "diceCrossEntropyLoss",
  kernels: { "softmax of 4": 1, "surprise of 4": 1, sums_u8: 2 },
  call: (positions) => {
    const options = { shape: [1, ENTROPY.classes, positions] };
    return (p, t) => diceCrossEntropyLoss(p, t, options);
  },
};

const ENTROPY_GRADIENT: Data = { ...ENTROPY, gradient: true };

export const crossEntropy4Gradient: Job = {
  ...loss("value and gradient of the loss by softmax plus cross-entropy", ENTROPY_GRADIENT, OF_FEW),
  ...TWICE(ENTROPY_GRADIENT),
  value: lossAndEntropyOf,
  kernels: {
    "softmax of 4": 1,
    "surprise of 4": 1,
    sums_u8: 2,
    "gradient of bytes": 2,
    gradient: 1,
    "chain of 4": 1,
    "chain of 4, by costs": 1,
  },
  call: (positions) => {
    const shape = [1, ENTROPY.classes, positions];
    return (p, t, g) => valueAndGradient(diceCrossEntropyLoss, p, t, { shape, gradient: g }).value;
  },
};

/** Slow where a kernel computes with numbers that float32 does not hold well. */
export const crossEntropy4Confident: Job = {
  ...crossEntropy4Gradient,
  title: `${crossEntropy4Gradient.title}, confident`,
  data: { ...ENTROPY_GRADIENT, confident: true },
  beside: ["crossEntropy4Gradient", "logits of −8 to 8"],
};
