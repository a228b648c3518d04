// TensorFlow.js: its functions as users combine them, on data already in its tensors and on arrays.
import { fileURLToPath } from "node:url";
import "@tensorflow/tfjs-backend-cpu";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { meanOfMatrix } from "../labels.ts";

const FILES = new URL("../node_modules/@tensorflow/tfjs-backend-wasm/dist/", import.meta.url);

/** @param {"cpu" | "wasm"} backend */
export async function start(backend) {
  setWasmPaths(fileURLToPath(FILES));
  await tf.setBackend(backend);
  if (tf.getBackend() !== backend) throw new Error(`TensorFlow.js has no backend "${backend}" here`);
  const simd = backend === "wasm" && ((await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT")) ? " with SIMD" : " without SIMD");
  return `${tf.version_core}${simd || ""}`;
}

/** The ways of doing a job, each returning a number. */
export function works({ name, classes, last }, { prediction, target, gradient }) {
  const compute = COMPUTE[name];
  const tensorOf = (array) => {
    if (array instanceof Uint8Array || array instanceof Int32Array) return tf.tensor1d(array, "int32");
    if (classes === 1) return tf.tensor1d(array);
    const positions = array.length / classes;
    return tf.tensor2d(array, last ? [positions, classes] : [classes, positions]);
  };
  const make = () => [tensorOf(prediction), tensorOf(target)];
  const uploaded = make();
  const run = ([p, t]) => tf.tidy(() => compute(p, t, gradient, classes));
  return { "data in tensors": () => run(uploaded), "from arrays": () => tf.tidy(() => run(make())) };
}

const meanOf = (tensor) => tf.mean(tensor).dataSync()[0];

/** (2I + 1) / (P + T + 1), along an axis. */
const dice = (p, t, axis) => ratio(tf.sum(tf.mul(p, t), axis), tf.sum(p, axis), tf.sum(t, axis));
const ratio = (both, ofP, ofT) => tf.div(tf.add(tf.mul(both, 2), 1), below(ofP, ofT));
const below = (ofP, ofT) => tf.add(tf.add(ofP, ofT), 1);
const lossOf = (p, t, axis) => 1 - meanOf(dice(p, t, axis));

/** Its softmax only takes the last axis: classes are moved there, and need not be moved back. */
const softmax = (logits) => tf.softmax(tf.transpose(logits));
const byLabels = (logits, labels, _, classes) => lossOf(softmax(logits), tf.oneHot(labels, classes), 0);
const byHot = (logits, hot) => lossOf(softmax(logits), tf.transpose(hot), 0);

/**
 * Pairs of labels are counted as one label of classes × columns; there are more columns if labels beyond the classes are
 * ignored.
 */
function scores(p, t, _, classes, columns = classes) {
  const pairs = tf.add(tf.mul(p, tf.scalar(columns, "int32")), t);
  return meanOfMatrix(tf.bincount(pairs, [], classes * columns).dataSync(), columns, classes);
}

/** The mean of −ln p of the label. */
const entropyOf = (logP, hot) => -meanOf(tf.sum(tf.mul(logP, hot), 1));

/**
 * The focal loss, with z the logit of what is not the case: the mean of (1 − p)²·(−ln p), p being the probability of the
 * truth; and its slope with respect to x.
 */
function focal(x, t) {
  const sign = tf.sub(1, tf.mul(t, 2));
  const z = tf.mul(x, sign);
  const rest = tf.sigmoid(z);
  const entropy = tf.softplus(z);
  const square = tf.square(rest);
  const slope = () => {
    const inner = tf.add(rest, tf.mul(tf.mul(tf.sub(1, rest), 2), entropy));
    return tf.div(tf.mul(sign, tf.mul(square, inner)), x.size);
  };
  return { loss: meanOf(tf.mul(square, entropy)), slope };
}

/**
 * The loss, and its slope with respect to p. The closed form takes a third of the time of `tf.valueAndGrad`. A way of
 * reading consists of what is summed for the intersection and for each side, and of their slopes with respect to p.
 */
function slopeOf(p, t, axis, { both = tf.mul(p, t), ofP = p, ofT = t, byBoth = t, byP } = {}) {
  const sizes = below(tf.sum(ofP, axis), tf.sum(ofT, axis));
  const value = tf.div(tf.add(tf.mul(tf.sum(both, axis), 2), 1), sizes);
  const bySize = byP ? tf.mul(value, byP) : value;
  return { loss: 1 - meanOf(value), slope: tf.div(tf.sub(bySize, tf.mul(byBoth, 2)), tf.mul(sizes, value.size)) };
}

/** The loss; its slope with respect to p is the gradient. */
function writeSlope(p, t, gradient, way) {
  const { loss, slope } = slopeOf(p, t, undefined, way);
  gradient.set(slope.dataSync());
  return loss;
}

function bySoftmax(logits, labels, gradient, classes) {
  const p = softmax(logits);
  const { loss, slope } = slopeOf(p, tf.oneHot(labels, classes), 0);
  gradient.set(tf.transpose(chainSoftmax(p, slope)).dataSync());
  return loss;
}

const chainSoftmax = (p, slope) => tf.mul(p, tf.sub(slope, tf.sum(tf.mul(p, slope), 1, true)));
const chainSigmoid = (p, slope) => tf.mul(slope, tf.mul(p, tf.sub(1, p)));

const COMPUTE = {
  dice: (p, t) => dice(p, t).dataSync()[0],
  mask: (p, t) => dice(p, tf.cast(t, "float32")).dataSync()[0],
  squared: (p, t) => 1 - ratio(tf.sum(tf.mul(p, t)), tf.sum(tf.square(p)), tf.sum(tf.square(t))).dataSync()[0],
  minimum: (p, t) => 1 - ratio(tf.sum(tf.minimum(p, t)), tf.sum(p), tf.sum(t)).dataSync()[0],
  threshold: (p, t) => lossOf(tf.cast(tf.greaterEqual(p, 0.5), "float32"), t),
  labels2: scores,
  labels4: scores,
  labels4Words: scores,
  labels4Ignored: (p, t, _, classes) => scores(p, t, _, classes, 256),
  labels20: scores,
  labels100: scores,
  largest4: (logits, labels, _, classes) => scores(tf.argMax(logits, 0), labels, _, classes),
  labelled4: (p, labels, _, classes) => lossOf(tf.transpose(p), tf.oneHot(labels, classes), 0),
  labelled4Last: (p, labels, _, classes) => lossOf(p, tf.oneHot(labels, classes), 0),
  sigmoid: (x, t) => lossOf(tf.sigmoid(x), t),
  softmax2: byLabels,
  softmax4: byLabels,
  softmax4Ignored: (logits, labels, _, classes) => {
    const kept = tf.expandDims(tf.cast(tf.less(labels, classes), "float32"), 1);
    return lossOf(tf.mul(softmax(logits), kept), tf.oneHot(labels, classes), 0);
  },
  softmax4Last: (logits, labels, _, classes) => lossOf(tf.softmax(logits), tf.oneHot(labels, classes), 0),
  softmax20: byLabels,
  onehot2: byHot,
  onehot4: byHot,
  onehot20: byHot,
  crossEntropy4: (logits, labels, _, classes) => {
    const logP = tf.logSoftmax(tf.transpose(logits));
    const hot = tf.oneHot(labels, classes);
    return lossOf(tf.exp(logP), hot, 0) + entropyOf(logP, hot);
  },
  focal1: (x, t) => lossOf(tf.sigmoid(x), t) + focal(x, t).loss,
  gradient: (p, t, gradient) => writeSlope(p, t, gradient),
  maskGradient: (p, t, gradient) => writeSlope(p, tf.cast(t, "float32"), gradient),
  squaredGradient: (p, t, gradient) => writeSlope(p, t, gradient, { ofP: tf.square(p), ofT: tf.square(t), byP: tf.mul(p, 2) }),
  minimumGradient: (p, t, gradient) =>
    writeSlope(p, t, gradient, { both: tf.minimum(p, t), byBoth: tf.cast(tf.less(p, t), "float32") }),
  sigmoidGradient: (x, t, gradient) => {
    const p = tf.sigmoid(x);
    const { loss, slope } = slopeOf(p, t);
    gradient.set(chainSigmoid(p, slope).dataSync());
    return loss;
  },
  softmax4Gradient: bySoftmax,
  softmax20Gradient: bySoftmax,
  softmax4LastGradient: (logits, labels, gradient, classes) => {
    const p = tf.softmax(logits);
    const { loss, slope } = slopeOf(p, tf.oneHot(labels, classes), 0);
    gradient.set(chainSoftmax(p, slope).dataSync());
    return loss;
  },
  crossEntropy4Gradient: (logits, labels, gradient, classes) => {
    const logP = tf.logSoftmax(tf.transpose(logits));
    const p = tf.exp(logP);
    const hot = tf.oneHot(labels, classes);
    const { loss, slope } = slopeOf(p, hot, 0);
    const ofEntropy = tf.div(tf.sub(p, hot), labels.size);
    gradient.set(tf.transpose(tf.add(chainSoftmax(p, slope), ofEntropy)).dataSync());
    return loss + entropyOf(logP, hot);
  },
  focal1Gradient: (x, t, gradient) => {
    const p = tf.sigmoid(x);
    const { loss, slope } = slopeOf(p, t);
    const ofFocal = focal(x, t);
    gradient.set(tf.add(chainSigmoid(p, slope), ofFocal.slope()).dataSync());
    return loss + ofFocal.loss;
  },
};
