// What the figures must be, whatever bundled them and wherever they ran.
import { expect } from "./checks.mjs";

const STEP = 2 ** -24; // between neighbouring float32 numbers from ½ to 1

const PUBLISHED = {
  diceCoefficient: [0.64307916, 0.59916145], // with smooth 1, and without
  diceLoss: [0.35692084, 0.40083855],
};

/** Checks the values of a function against the published ones. */
export function expectPublished(name, values) {
  for (const [i, published] of PUBLISHED[name].entries()) {
    expect(Math.abs(values[i] - published) <= STEP, `${name} is ${values[i]}, published as ${published}`);
  }
}

/** Checks all figures against those of the package by itself, to the bit. */
export function expectFigures(figures, plain) {
  for (const [name, ...values] of figures.values) if (name in PUBLISHED) expectPublished(name, values);
  for (const part of Object.keys(plain)) {
    const [got, expected] = [JSON.stringify(figures[part]), JSON.stringify(plain[part])];
    expect(got === expected, `${part} are\n${got}\nand by the package alone\n${expected}`);
  }
}
