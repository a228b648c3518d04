// A volume of nine million voxels: the same bits copied and in place, the gradient, and the speed.
import { allocate, diceLoss, valueAndGradient } from "dice-wasm";
import { dice, lossWithGradient, naiveSums, unrolledSums } from "./plain.mjs";
import { check, heading, table } from "./print.mjs";

const SIDE = 208;
const LENGTH = SIDE ** 3;
const ROUNDS = 15;

/** An ellipsoid in the middle of the volume, its edge soft over a few voxels: 1 inside, 0 outside. */
function fillEllipsoid(target) {
  const square = (i, radius) => ((i - SIDE / 2) / (radius * SIDE)) ** 2;
  let i = 0;
  for (let z = 0; z < SIDE; z++) {
    for (let y = 0; y < SIDE; y++) {
      const around = square(z, 0.3) + square(y, 0.42);
      for (let x = 0; x < SIDE; x++) target[i++] = Math.min(1, Math.max(0, 8 * (1 - around - square(x, 0.35)) + 0.5));
    }
  }
}

/** The target with noise that is always the same: a linear congruential generator. */
function fillPrediction(prediction, target) {
  let state = 1;
  for (let i = 0; i < prediction.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    prediction[i] = 0.75 * target[i] + (0.25 * state) / 2 ** 32;
  }
}

/** The volume in ordinary arrays. */
function makeVolume() {
  const [prediction, target, gradient] = [0, 1, 2].map(() => new Float32Array(LENGTH));
  fillEllipsoid(target);
  fillPrediction(prediction, target);
  return { prediction, target, gradient };
}

/** The volume in linear memory, where calls read and write without a copy. */
function makeResident({ prediction, target }) {
  const resident = allocate(LENGTH, { gradient: true });
  resident.prediction.set(prediction);
  resident.target.set(target);
  return resident;
}

/** The largest deviation of the gradient at sampled voxels, relative to the steepest slope. */
function gradientDeviation({ prediction, target }, gradient) {
  const { I, P, T } = naiveSums(prediction, target);
  // moving one prediction by h moves I by h·t and P by h, so there is no need to sum again
  const loss = (h, t) => 1 - dice({ I: I + h * t, P: P + h, T });
  let [apart, steepest] = [0, 0];
  for (let i = 0; i < LENGTH; i += 9973) {
    const central = (loss(1, target[i]) - loss(-1, target[i])) / 2;
    apart = Math.max(apart, Math.abs(gradient[i] - central));
    steepest = Math.max(steepest, Math.abs(central));
  }
  return apart / steepest;
}

function checkVolume(copied, resident) {
  const loss = diceLoss(copied.prediction, copied.target);
  const inPlace = diceLoss(resident.prediction, resident.target);
  const plain = 1 - dice(naiveSums(copied.prediction, copied.target));
  const { gradient } = valueAndGradient(diceLoss, resident.prediction, resident.target, { gradient: resident.gradient });
  const deviation = gradientDeviation(copied, gradient);
  console.log(`  Dice loss, copied      ${loss}\n  Dice loss, zero-copy   ${inPlace}`);
  check("copied and zero-copy are equal to the bit", Object.is(loss, inPlace));
  check(
    `the loss is that of plain float64 sums: ${Math.abs(loss - plain).toExponential(1)} apart`,
    Math.abs(loss - plain) <= 4e-7,
  );
  check(
    `the gradient is the central difference at ${Math.ceil(LENGTH / 9973)} voxels: largest relative deviation ${deviation.toExponential(1)}`,
    deviation <= 4e-7,
  );
}

/** The median milliseconds of each contender; they take turns, so that none gets the quiet moments. */
function medians(contenders) {
  const times = contenders.map(() => []);
  for (let round = -2; round < ROUNDS; round++) {
    for (const [k, run] of contenders.entries()) {
      const start = performance.now();
      run();
      if (round >= 0) times[k].push(performance.now() - start);
    }
  }
  return times.map((list) => list.sort((a, b) => a - b)[ROUNDS >> 1]);
}

/** Called before `allocate`, so that plain JavaScript runs as in a program without it. */
function timeCopied({ prediction, target, gradient }) {
  return medians([
    () => 1 - dice(naiveSums(prediction, target)),
    () => 1 - dice(unrolledSums(prediction, target)),
    () => diceLoss(prediction, target),
    () => lossWithGradient(prediction, target, gradient),
    () => valueAndGradient(diceLoss, prediction, target, { gradient }),
  ]);
}

function timeResident({ prediction, target, gradient }) {
  return medians([() => diceLoss(prediction, target), () => valueAndGradient(diceLoss, prediction, target, { gradient })]);
}

/** One line per contender; the first is the reference for the others. */
function timeTable(title, contenders) {
  const [[, first]] = contenders;
  const row = ([name, time]) => [
    name,
    time.toFixed(2),
    `${(LENGTH / time / 1e6).toFixed(2)} G/s`,
    `${(first / time).toFixed(1)} ×`,
  ];
  table([[title, "ms", "elements", "speed"], ...contenders.map(row)]);
}

function printTimes([naive, unrolled, loss, plainGradient, gradient], [residentLoss, residentGradient]) {
  console.log(`\n  the median of ${ROUNDS} runs:`);
  timeTable("loss", [
    ["plain JS, naive", naive],
    ["plain JS, unrolled", unrolled],
    ["dice-wasm, copied", loss],
    ["dice-wasm, zero-copy", residentLoss],
  ]);
  console.log("");
  timeTable("loss and gradient", [
    ["plain JS, unrolled", plainGradient],
    ["dice-wasm, copied", gradient],
    ["dice-wasm, zero-copy", residentGradient],
  ]);
}

export function volume() {
  heading(`A volume of ${SIDE} × ${SIDE} × ${SIDE} = ${LENGTH.toLocaleString("en")} voxels, a soft ellipsoid`);
  const copied = makeVolume();
  const times = timeCopied(copied);
  const resident = makeResident(copied);
  checkVolume(copied, resident);
  printTimes(times, timeResident(resident));
}
