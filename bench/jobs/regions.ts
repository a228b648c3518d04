// Jobs of one region.
import { diceCoefficient, diceFocalLoss, diceLoss, type LossOptions, valueAndGradient } from "dice-wasm";
import type { Data, Job, Work } from "../job.ts";
import { diceOf, lossAndFocalOf, lossOf } from "../reference.ts";
import { diceFour, diceNaive, diceTree, diceTwo, gradientNaive, gradientTree } from "../rivals/dice.ts";
import * as loops from "../rivals/regions.ts";
import { ARITHMETIC } from "../rivals/text.ts";

const SOFT: Data = { classes: 1, prediction: "probabilities", target: "floats" };
const FLOATS = { bytes: 8, counted: "4 of prediction + 4 of target read" };

/** A variant of the loss. */
const loss = (
  title: string,
  options: Omit<LossOptions, "reduction">,
  rest: Pick<Job, "reading" | "kernels" | "rivals" | "usual"> & Partial<Job>,
): Job => ({
  title,
  ...FLOATS,
  data: SOFT,
  value: lossOf,
  function: "diceLoss",
  call: () => (p, t) => diceLoss(p, t, options),
  ...rest,
});

export const dice: Job = {
  title: "Dice coefficient",
  ...FLOATS,
  everyLength: true,
  data: SOFT,
  reading: {},
  value: diceOf,
  function: "diceCoefficient",
  kernels: { sums_f32: 1 },
  call: () => (p, t) => diceCoefficient(p, t),
  rivals: {
    "naive loop": diceNaive as Work,
    "unrolled, 2 accumulators": diceTwo as Work,
    "unrolled, 4 accumulators": diceFour as Work,
    "unrolled, tree of 4": diceTree as Work,
  },
  usual: ["naive loop", "unrolled, 2 accumulators", "unrolled, 4 accumulators"],
};

/** The same loops as for `dice`, in processes that see only bytes. */
export const mask: Job = {
  ...dice,
  title: "Dice coefficient, Uint8Array target",
  kernels: { sums_u8: 1 },
  bytes: 5,
  counted: "4 of prediction + 1 of target read",
  everyLength: false,
  data: { ...SOFT, target: "labels" },
};

export const gradient: Job = {
  title: "value and gradient",
  bytes: 16,
  counted: "8 read for the value, then 4 of target read and 4 of gradient written",
  everyLength: true,
  data: { ...SOFT, gradient: true },
  reading: {},
  value: lossOf,
  function: "valueAndGradient",
  kernels: { sums_f32: 1, gradient: 1 },
  call: () => (p, t, g) => valueAndGradient(diceLoss, p, t, { gradient: g }).value,
  rivals: { "two naive loops": gradientNaive as Work, "two unrolled loops": gradientTree as Work },
  usual: ["two naive loops"],
};

/** The same loops as for `gradient`, in processes that see only bytes. */
export const maskGradient: Job = {
  ...gradient,
  title: "value and gradient, Uint8Array target",
  kernels: { sums_u8: 1, "gradient of bytes": 1 },
  bytes: 10,
  counted: "5 read for the value, then 1 of target read and 4 of gradient written",
  everyLength: false,
  data: { ...gradient.data, target: "labels" },
};

export const squared = loss(
  "loss, `squared`",
  { squared: true },
  {
    kernels: { squares: 1 },
    reading: { squared: true },
    rivals: { "naive loop": loops.lossLoop(loops.SQUARED, 1), "unrolled, tree of 4": loops.lossLoop(loops.SQUARED, 4) },
    usual: ["naive loop"],
  },
);

export const minimum = loss(
  'loss, `intersection: "minimum"`',
  { intersection: "minimum" },
  {
    kernels: { sums_minimum: 1 },
    reading: { minimum: true },
    rivals: {
      "naive loop": loops.lossLoop(loops.MINIMUM, 1),
      "differences, tree of 4": loops.lossLoop(loops.DIFFERENCE, 4),
    },
    usual: ["naive loop"],
  },
);

export const threshold = loss(
  "loss, `threshold: 0.5`",
  { threshold: 0.5 },
  {
    kernels: { threshold: 1, sums_f32: 1 },
    reading: { threshold: 0.5 },
    rivals: { "naive loop": loops.lossLoop(loops.THRESHOLD, 1), "unrolled, tree of 4": loops.lossLoop(loops.THRESHOLD, 4) },
    usual: ["naive loop"],
  },
);

export const sigmoid = loss(
  'loss of logits, `activation: "sigmoid"`',
  { activation: "sigmoid" },
  {
    data: { ...SOFT, prediction: "logits" },
    kernels: { sigmoid: 1, sums_f32: 1 },
    reading: { activation: "sigmoid" },
    rivals: {
      "Math.exp, naive loop": loops.lossLoop(loops.SIGMOID, 1),
      "Math.exp, tree of 4": loops.lossLoop(loops.SIGMOID, 4),
      "exp from a table, 2 a turn": loops.lossLoop(loops.SIGMOID_TABLE, 2),
    },
    usual: ["Math.exp, naive loop", "Math.exp, tree of 4"],
  },
);

const TWICE: Pick<Job, "bytes" | "counted" | "function"> = {
  bytes: 20,
  counted: "8 read for the value, then 8 read and 4 of gradient written",
  function: "valueAndGradient",
};

export const squaredGradient: Job = {
  ...squared,
  ...TWICE,
  title: "value and gradient, `squared`",
  data: { ...SOFT, gradient: true },
  kernels: { squares: 1, gradient: 1 },
  call: () => (p, t, g) => valueAndGradient(diceLoss, p, t, { squared: true, gradient: g }).value,
  rivals: { "naive loop": loops.gradientLoop(loops.SQUARED, 1), "unrolled, tree of 4": loops.gradientLoop(loops.SQUARED, 4) },
};

export const minimumGradient: Job = {
  ...minimum,
  ...TWICE,
  title: 'value and gradient, `intersection: "minimum"`',
  data: { ...SOFT, gradient: true },
  kernels: { sums_minimum: 1, "gradient of minima": 1 },
  call: () => (p, t, g) => valueAndGradient(diceLoss, p, t, { intersection: "minimum", gradient: g }).value,
  rivals: {
    "naive loop": loops.gradientLoop(loops.MINIMUM, 1),
    "differences, tree of 4": loops.gradientLoop(loops.DIFFERENCE, 4),
  },
};

export const sigmoidGradient: Job = {
  title: "value and gradient by logits, sigmoid",
  ...TWICE,
  data: { ...SOFT, prediction: "logits", gradient: true },
  reading: { activation: "sigmoid" },
  value: lossOf,
  kernels: { sigmoid: 1, sums_f32: 1, "gradient by sigmoid": 1 },
  call: () => (p, t, g) => valueAndGradient(diceLoss, p, t, { activation: "sigmoid", gradient: g }).value,
  rivals: {
    "Math.exp, two naive loops": loops.gradientLoop(loops.SIGMOID, 1),
    "Math.exp, two loops of 4 a turn": loops.gradientLoop(loops.SIGMOID, 4),
    "exp from a table, two loops of 2 a turn": loops.gradientLoop(loops.SIGMOID_TABLE, 2),
  },
  usual: ["Math.exp, two naive loops", "Math.exp, two loops of 4 a turn"],
};

export const focal1: Job = {
  title: "Dice plus focal loss of logits, one class",
  ...FLOATS,
  data: { ...SOFT, prediction: "logits", focal: true },
  reading: { activation: "sigmoid" },
  value: lossAndFocalOf,
  function: "diceFocalLoss",
  kernels: { focal: 1, sigmoid: 1, sums_f32: 2 },
  call: () => (p, t) => diceFocalLoss(p, t),
  rivals: {
    "Math.exp and Math.log": loops.focalLoop("Math.exp"),
    "exp from a table, Math.log": loops.focalLoop("expTable"),
    "exp from a table, Math.log, no branches": loops.focalLoop("expTable", false, ARITHMETIC),
  },
  usual: ["Math.exp and Math.log"],
};

export const focal1Gradient: Job = {
  ...focal1,
  ...TWICE,
  title: "value and gradient of the Dice plus focal loss of logits, one class",
  data: { ...focal1.data, gradient: true },
  kernels: { focal: 1, sigmoid: 2, sums_f32: 2, gradient: 1, "gradient by sigmoid": 1 },
  call: () => (p, t, g) => valueAndGradient(diceFocalLoss, p, t, { gradient: g }).value,
  rivals: {
    "Math.exp and Math.log": loops.focalLoop("Math.exp", true),
    "exp from a table, Math.log": loops.focalLoop("expTable", true),
    "exp from a table, Math.log, no branches": loops.focalLoop("expTable", true, ARITHMETIC),
  },
};

export const focal1Confident: Job = {
  ...focal1Gradient,
  title: `${focal1Gradient.title}, confident`,
  data: { ...focal1Gradient.data, confident: true },
  beside: ["focal1Gradient", "logits of −8 to 8"],
};
