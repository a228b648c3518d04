// Trains a small model with the Dice loss: finds the brain in a slice of a head from brightness and place alone.
import { readFileSync } from "node:fs";
import { allocate, diceCoefficient, diceLoss, valueAndGradient } from "dice-wasm";

const WIDTH = 181;
const read = (name) => readFileSync(new URL(`data/${name}-slice.raw`, import.meta.url));
const brightness = Float32Array.from(read("ch2"), (intensity) => intensity / 128);
const brain = read("ch2bet");
const { length } = brain;

// arrays in linear memory: the model writes its prediction where the loss reads it, and no call copies
const { prediction, target, gradient } = allocate(length, { target: Uint8Array, gradient: true });
target.set(brain.map((intensity) => (intensity > 0 ? 1 : 0)));

/** Brightness, its square, the squared distances from the middle of the slice, and 1. */
function features(i) {
  const x = (i % WIDTH) / 90 - 1;
  const y = Math.floor(i / WIDTH) / 108 - 1;
  return [brightness[i], brightness[i] ** 2, x * x, y * y, 1];
}
const inputs = new Float32Array(5 * length);
for (let i = 0; i < length; i++) inputs.set(features(i), 5 * i);
const weights = new Float64Array(5);

function predict() {
  for (let i = 0; i < length; i++) {
    let logit = 0;
    for (let k = 0; k < 5; k++) logit += weights[k] * inputs[5 * i + k];
    prediction[i] = 1 / (1 + Math.exp(-logit));
  }
}

function step(rate) {
  const { value } = valueAndGradient(diceLoss, prediction, target, { gradient });
  for (let i = 0; i < length; i++) {
    const byLogit = gradient[i] * prediction[i] * (1 - prediction[i]); // the sigmoid's chain rule
    for (let k = 0; k < 5; k++) weights[k] -= rate * byLogit * inputs[5 * i + k];
  }
  return value;
}

for (let round = 0; round <= 300; round++) {
  predict();
  const loss = step(20);
  if (round % 60 === 0) console.log(`round ${String(round).padStart(3)}: loss ${loss.toFixed(4)}`);
}
const found = diceCoefficient(prediction, target, { threshold: 0.5, smooth: 0 });
console.log(`Dice of the mask at 0.5: ${found.toFixed(4)}`);
