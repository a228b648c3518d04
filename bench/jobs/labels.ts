// Jobs on two label maps, mostly of bytes. A binary mask has two labels: its scores are those of class 1.
import { scoreLabels } from "dice-wasm";
import { IGNORED } from "../data.ts";
import type { Job, Work } from "../job.ts";
import { scoreOf } from "../reference.ts";
import * as loops from "../rivals/labels.ts";

const USUAL = { "confusion matrix": loops.confusion, "three tallies": loops.tallies };
const BINARY = { "sums, with branches": loops.branches, "sums, tree of 4": loops.sums };

type Rivals = { readonly [name: string]: (classes: number) => Work };

const labels = (classes: number, usual: Rivals, best: Rivals): Job => {
  const made = Object.entries({ ...usual, ...best }).map(([name, of]) => [name, of(classes)] as const);
  return {
    title: `scores of label maps, ${classes} classes`,
    bytes: 2,
    counted: "1 of prediction + 1 of target read",
    data: { classes, prediction: "labels", target: "labels" },
    reading: {},
    value: scoreOf,
    function: "scoreLabels",
    kernels: classes === 2 ? { masks: 1 } : classes < 9 ? { count: classes / 2 } : { tally: 1 },
    call: () => (p, t) => scoreLabels(p, t, { classes }).macro.dice,
    rivals: Object.fromEntries(made),
    usual: Object.keys(usual),
  };
};

const OF_BYTES = { "bytes of words": loops.bytesOfWords } as Rivals;

export const labels2 = labels(2, { ...USUAL, ...BINARY } as Rivals, OF_BYTES);
export const labels4 = labels(4, USUAL, { "four matrices": loops.fourMatrices, "pairs of positions": loops.pairs });
export const labels20 = labels(20, USUAL, { "four matrices": loops.fourMatrices });
export const labels100 = labels(100, USUAL, { "four matrices": loops.fourMatrices });

/** The type that argmax returns in most libraries. */
export const labels4Words: Job = {
  ...labels(4, USUAL, { "four matrices": loops.fourMatricesOfWords }),
  title: "scores of label maps of Int32Arrays, 4 classes",
  bytes: 8,
  counted: "4 of prediction + 4 of target read",
  data: { classes: 4, prediction: "labels", target: "labels", words: true },
  kernels: { narrow_u32: 2, count: 2 },
};

export const labels4Ignored: Job = {
  ...labels(
    4,
    { "confusion matrix": loops.confusionKept },
    { "four matrices": (classes: number) => loops.fourMatrices(classes, IGNORED + 1) },
  ),
  title: "scores of label maps with `ignoreIndex`, 4 classes",
  data: { classes: 4, prediction: "labels", target: "labels", ignored: true },
  kernels: { narrow_u8: 2, leave_out: 1, count: 2 },
  call: () => (p, t) => scoreLabels(p, t, { classes: 4, ignoreIndex: IGNORED }).macro.dice,
};

export const labels1: Job = {
  ...labels2,
  title: "scores of binary masks, `classes: 2` without the background",
  value: (sums) => scoreOf([sums[1]]),
  call: () => (p, t) => scoreLabels(p, t, { classes: 2, includeBackground: false }).classes[0].dice,
  rivals: Object.fromEntries(
    Object.entries({ ...BINARY, "bytes of words": loops.bytesOfWords }).map(([name, of]) => [name, of(1)]),
  ),
  usual: Object.keys(BINARY),
};
