// The README's table of peers: its calls give what the peers' adapters give, which the peers' own numbers check.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as dice from "../src/index.ts";
import { oneHot, placeOf, rowsOf, sum } from "./peers/call.ts";
import type { Case } from "./peers/case.ts";
import { HARD, SOFT } from "./peers.ts";
import { random } from "./table.ts";

const [, table] =
  readFileSync(new URL("../README.md", import.meta.url), "utf8").match(/^## What equals what\n\n.*?\n\n(\|.*?)\n\n/ms) ?? [];
const rows = table
  .split("\n")
  .slice(2)
  .map((row) => row.slice(2, -2).split(" | "));

const [N, C, positions] = [2, 3, 4];
const shape = [N, C, positions];
const next = random(31);
const listOf = (length: number, value: () => number) => Array.from({ length }, () => Math.fround(value()));
const logits = listOf(N * C * positions, () => 8 * next() - 4);
const soft = listOf(N * C * positions, next);
const softTarget = listOf(N * C * positions, next);
const hard = soft.map(Math.round);
const hardTarget = softTarget.map(Math.round);
const largest = oneHot(
  rowsOf(soft, C * positions).flatMap((sample) =>
    rowsOf(sample, positions)[0].map((_, i) => {
      const of = rowsOf(sample, positions).map((plane) => plane[i]);
      return of.indexOf(Math.max(...of));
    }),
  ),
  [N, C, positions],
);
const labels = listOf(N * positions, () => Math.floor(C * next()));
const otherLabels = listOf(N * positions, () => Math.floor(C * next()));
const mask = listOf(N * positions, () => Math.round(next()));
const [s, a, b, g, w] = [0.3, 0.3, 0.7, 2, [0.5, 1, 3]];

/** What an adapter gives for such data; a target of one label for each position is a label map. */
function answerOf(kind: string, params: object, input: ArrayLike<number>, target: readonly number[], more = {}): number[] {
  const target_shape = target.length === input.length ? shape : [N, 1, positions];
  const given = { kind, params, shape, target_shape, input: Array.from(input), target, ...more } as unknown as Case;
  return Array.from({ ...SOFT, ...HARD }[kind](given).values);
}

const ofMaps = (kind: string, params: object) =>
  answerOf(kind, { num_classes: C, input_format: "index", ...params }, labels, otherLabels, { shape: [1, N * positions] });
const plus = (one: readonly number[], other: readonly number[]) => [one[0] + other[0]];
/** The binary cross-entropy of each element. */
const costs = logits.map((x, i) => Math.log1p(Math.exp(x)) - x * hardTarget[i]);

interface Row {
  /** In place of `.macro.…` at the end of the call, as the row goes on. */
  readonly score?: string;
  /** How the cell of the peer begins. */
  readonly peer: string;
  readonly p?: ArrayLike<number>;
  readonly t?: ArrayLike<number>;
  readonly expected: readonly number[];
  /** What is made of the result. */
  readonly made?: (value: never) => number | ArrayLike<number>;
}

const ROWS: readonly Row[] = [
  {
    peer: "Dice of two binary masks",
    p: Uint8Array.from(hard),
    t: Uint8Array.from(hardTarget),
    expected: answerOf("volumetric_dice", {}, hard, hardTarget),
  },
  { peer: "MONAI `DiceLoss()`", expected: answerOf("dice_loss", {}, soft, hardTarget) },
  {
    peer: "… `softmax=True, to_onehot_y=True`",
    p: logits,
    t: Uint8Array.from(labels),
    expected: answerOf("dice_loss", { softmax: true, to_onehot_y: true }, logits, labels),
  },
  {
    peer: "… `sigmoid=True`, `squared_pred=True`",
    p: logits,
    expected: answerOf(
      "dice_loss",
      { sigmoid: true, squared_pred: true, batch: true, include_background: false },
      logits,
      hardTarget,
    ),
  },
  { peer: "… `soft_label=True`", t: softTarget, expected: answerOf("dice_loss", { soft_label: true }, soft, softTarget) },
  {
    peer: "… `jaccard=True",
    expected: answerOf("dice_loss", { jaccard: true, smooth_nr: a, smooth_dr: b }, soft, hardTarget),
  },
  {
    peer: "… `weight=w` (mean",
    expected: answerOf("dice_loss", { weight: w }, soft, hardTarget),
    made: (total: number) => total / (N * C),
  },
  { peer: "MONAI `MaskedDiceLoss()`", expected: answerOf("masked_dice_loss", {}, soft, hardTarget, { mask }) },
  { peer: "MONAI `TverskyLoss(", expected: answerOf("tversky_loss", { alpha: a, beta: b }, soft, hardTarget) },
  { peer: "MONAI `GeneralizedDiceLoss()`", expected: answerOf("generalized_dice_loss", {}, soft, hardTarget) },
  {
    peer: "MONAI `DiceCELoss(",
    t: Uint8Array.from(labels),
    expected: answerOf("dice_ce_loss", { softmax: true, to_onehot_y: true }, logits, labels),
  },
  {
    peer: "… `weight=w` |",
    t: Uint8Array.from(labels),
    expected: answerOf("dice_ce_loss", { softmax: true, to_onehot_y: true, weight: w }, logits, labels),
  },
  {
    peer: "… neither",
    t: Uint8Array.from(labels),
    expected: answerOf("dice_ce_loss", { to_onehot_y: true }, logits, labels),
  },
  {
    peer: "MONAI `DiceFocalLoss(",
    expected: answerOf("dice_focal_loss", { sigmoid: true, gamma: g, alpha: a }, logits, hardTarget),
  },
  {
    peer: "… `weight=w` (of both parts)",
    expected: answerOf("dice_focal_loss", { sigmoid: true, gamma: g, alpha: a, weight: w }, logits, hardTarget),
    made: (total: number) => total / (N * C),
  },
  {
    peer: "MONAI `GeneralizedDiceFocalLoss(",
    expected: answerOf("generalized_dice_focal_loss", { sigmoid: true }, logits, hardTarget),
  },
  { peer: "MONAI `DiceMetric(", expected: answerOf("dice_metric", { reduction: "none" }, hard, hardTarget) },
  { peer: "… after `AsDiscrete", expected: answerOf("dice_metric", { reduction: "none" }, largest, hardTarget) },
  { peer: "MONAI `MeanIoU(", expected: answerOf("iou_metric", { reduction: "none" }, hard, hardTarget) },
  { peer: "MONAI `GeneralizedDiceScore()`", expected: answerOf("generalized_dice_metric", {}, hard, hardTarget) },
  ...(["recall", "dice", "jaccard", "precision", "specificity"] as const).map((ratio): Row => {
    const metric_name = { recall: "sensitivity", dice: "f1 score", jaccard: "threat score" }[ratio as "dice"] ?? ratio;
    return {
      peer: "MONAI `ConfusionMatrixMetric(",
      expected: answerOf("confusion_matrix_metric", { metric_name, reduction: "mean_batch" }, hard, hardTarget),
      made: (classes: readonly dice.ClassScores[]) => classes.map((scores) => scores[ratio]),
    };
  }),
  {
    peer: "nnU-Net `MemoryEfficientSoftDiceLoss(",
    expected: answerOf(
      "nnunet_memory_efficient_soft_dice_loss",
      { apply_nonlin: "softmax", batch_dice: false, do_bg: true, smooth: 1e-5 },
      logits,
      hardTarget,
    ),
  },
  {
    peer: "… `batch_dice=True`",
    expected: answerOf(
      "nnunet_memory_efficient_soft_dice_loss",
      { apply_nonlin: "softmax", batch_dice: true, do_bg: false, smooth: 1e-5 },
      logits,
      hardTarget,
      { mask },
    ),
  },
  {
    peer: "nnU-Net `DC_and_CE_loss`",
    t: Uint8Array.from(labels),
    expected: plus(
      answerOf(
        "nnunet_soft_dice_loss",
        { apply_nonlin: "softmax", batch_dice: true, do_bg: false, smooth: 1e-5 },
        logits,
        labels,
      ),
      answerOf("dice_ce_loss", { softmax: true, to_onehot_y: true, lambda_dice: 0 }, logits, labels),
    ),
  },
  {
    peer: "nnU-Net `DC_and_BCE_loss`",
    expected: plus(
      answerOf(
        "nnunet_soft_dice_loss",
        { apply_nonlin: "sigmoid", batch_dice: false, do_bg: true, smooth: 1e-5 },
        logits,
        hardTarget,
      ),
      [sum(costs) / costs.length],
    ),
  },
  {
    peer: "… with an ignored label",
    expected: plus(
      answerOf(
        "nnunet_soft_dice_loss",
        { apply_nonlin: "sigmoid", batch_dice: false, do_bg: true, smooth: 1e-5 },
        logits,
        hardTarget,
        { mask },
      ),
      [sum(costs.map((cost, i) => cost * mask[placeOf(i, [N, C, positions])])) / sum(mask)],
    ),
  },
  {
    peer: "nnU-Net's evaluation",
    expected: ofMaps("tm_dice_score", { average: "none", include_background: false }),
    made: (classes: readonly dice.ClassScores[]) => classes.map((scores) => scores.dice),
  },
  {
    peer: "segmentation_models.pytorch `DiceLoss(",
    t: Uint8Array.from(labels),
    expected: answerOf("smp_dice_loss", { mode: "multiclass", smooth: s }, logits, labels),
  },
  {
    peer: '… `"multilabel"`',
    t: softTarget,
    expected: answerOf("smp_dice_loss", { mode: "multilabel", smooth: s }, logits, softTarget),
  },
  {
    peer: "… `JaccardLoss(",
    t: Uint8Array.from(labels),
    expected: answerOf("smp_jaccard_loss", { mode: "multiclass", smooth: s }, logits, labels),
  },
  {
    peer: "… `TverskyLoss(",
    t: Uint8Array.from(labels),
    expected: answerOf("smp_tversky_loss", { mode: "multiclass", alpha: a, beta: b, gamma: g }, logits, labels),
  },
  { peer: "… `get_stats`", expected: ofMaps("jaccard_score_labels", { average: "micro" }) },
  { peer: "Keras `dice`", expected: answerOf("keras_dice_loss", {}, soft, hardTarget) },
  { peer: "Keras `tversky(", expected: answerOf("keras_tversky_loss", { alpha: a, beta: b }, soft, hardTarget) },
  { peer: "torchmetrics `dice_score(", expected: ofMaps("tm_dice_score", { average: "macro" }) },
  { peer: "torchmetrics `dice_score(", score: ".micro.dice", expected: ofMaps("tm_dice_score", { average: "micro" }) },
  { peer: "torchmetrics `dice_score(", score: ".weighted.dice", expected: ofMaps("tm_dice_score", { average: "weighted" }) },
  { peer: "torchmetrics `mean_iou`", expected: ofMaps("tm_mean_iou", {}) },
  {
    peer: "scikit-learn `f1_score(",
    score: ".weighted.jaccard",
    expected: ofMaps("jaccard_score_labels", { average: "weighted" }),
  },
  { peer: "scikit-learn `f1_score(", expected: ofMaps("f1_score_labels", { average: "macro" }) },
];

/** The parts of a cell in code, but for remarks in parentheses. */
const codesOf = (cell: string) =>
  Array.from(cell.replace(/ \([^()`]*`.*?\)(?=;|$)/g, "").matchAll(/`([^`]+)`/g), ([, code]) => code);
const isCall = (code: string) => /\w\(/.test(code);

/** The call of a row; of one that names options alone, that of the row it continues with these among its options. */
function callOf(index: number): string {
  const codes = codesOf(rows[index][1]);
  if (isCall(codes[0])) return codes[0];
  const continued = rows.map(([peer]) => !peer.startsWith("…")).lastIndexOf(true, index - 1);
  return callOf(continued).replace(/ \}\)$/, `, ${codes.filter((code) => code !== '"none"').join(", ")} })`);
}

/** The row whose peer begins so. */
const indexOf = (peer: string) => rows.findIndex(([cell]) => `${cell} |`.startsWith(peer));

describe("each row gives what the peer gives", () => {
  test.each(ROWS.map((row) => [row.peer, row] as const))("%s", (_, { peer, p, t, expected, score, made }) => {
    const cell = rows[indexOf(peer)][1];
    if (score) expect(cell).toContain(score);
    const call = callOf(indexOf(peer)).replace(/\.macro\.\w+$/, (macro) => score ?? macro);
    const [prediction, target] = call.includes("{ classes")
      ? [Uint8Array.from(labels), Uint8Array.from(otherLabels)]
      : [call.includes("threshold") ? hard : soft, hardTarget];
    const masked = Uint8Array.from(mask);
    const given = { p: p ?? prediction, t: t ?? target, x: logits, shape, classes: C, mask: masked, ignoreIndex: undefined };
    const variables = { ...dice, ...given, N, C, s, a, b, g, w };
    const run = (code: string) => new Function(...Object.keys(variables), `return ${code};`)(...Object.values(variables));
    for (const other of codesOf(cell).filter(isCall)) expect(() => run(other), other).not.toThrow();
    const value = run(call);
    const result = made ? made(value as never) : value;
    const values = typeof result === "number" ? [result] : Array.from(result as ArrayLike<number>);
    expect(values.length, call).toBe(expected.length);
    for (const [k, each] of values.entries()) expect(each, call).toBeCloseTo(expected[k], 6);
  });

  test("but for rows that say it in words", () => {
    const tested = ROWS.map(({ peer }) => indexOf(peer));
    const words = rows.filter((_, i) => !tested.includes(i)).map(([peer]) => peer.replaceAll("`", ""));
    expect(words).toEqual([
      "… sigmoid=True of one class",
      '… "mean_batch", "mean"',
      "… precision_score, recall_score",
      "… labels=range(C), zero_division=0",
    ]);
  });

  test("the data tell the rows from their neighbours", () => {
    const texts = ROWS.map(({ expected }) => expected.map((value) => value.toFixed(5)).join());
    expect(new Set(texts).size).toBeGreaterThan(ROWS.length - 3);
    expect(texts.join()).not.toContain("NaN");
  });
});
