// Every job, in the order in which it is measured and reported. A job is added here, and nowhere else.
import type { Job } from "../job.ts";
import {
  crossEntropy4,
  crossEntropy4Gradient,
  labelled4,
  labelled4Last,
  onehot2,
  onehot4,
  onehot20,
  softmax2,
  softmax4,
  softmax4Gradient,
  softmax4Last,
  softmax20,
} from "./classes.ts";
import { labels1, labels2, labels4, labels4Ignored, labels4Words, labels20, labels100 } from "./labels.ts";
import {
  dice,
  focal1,
  focal1Gradient,
  gradient,
  mask,
  minimum,
  sigmoid,
  sigmoidGradient,
  squared,
  threshold,
} from "./regions.ts";

export const JOBS = {
  dice,
  gradient,
  squared,
  minimum,
  threshold,
  mask,
  labels1,
  labels2,
  labels4,
  labels4Words,
  labels4Ignored,
  labels20,
  labels100,
  labelled4,
  labelled4Last,
  sigmoid,
  sigmoidGradient,
  softmax2,
  softmax4,
  softmax4Last,
  softmax20,
  onehot2,
  onehot4,
  onehot20,
  softmax4Gradient,
  crossEntropy4,
  crossEntropy4Gradient,
  focal1,
  focal1Gradient,
} satisfies { readonly [name: string]: Job };

export type JobName = keyof typeof JOBS;
export const JOB_NAMES = Object.keys(JOBS) as readonly JobName[];
