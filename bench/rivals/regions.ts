// The Dice loss of one region and its variants in plain JavaScript: loops of one shape, with a given number of elements
// per iteration, added as a tree, without branches but where it is said. (With a branch, a random mask costs five times as
// much.)
import type { Work } from "../job.ts";
import { BRANCHES, type Choosing, compile, each, tree } from "./text.ts";

/** How a variant reads a position, in JavaScript. */
interface Pieces {
  /** The probability, from what is in the prediction. */
  readonly probability?: (x: string) => string;
  /** What a and b add to the first sum, and the intersection computed from it. */
  readonly meet?: (a: string, b: string) => string;
  readonly intersection?: string;
  /** What a position adds to the size of its side. */
  readonly size?: (a: string) => string;
  /** The slope of 1 − D with respect to the probability a, from the slopes of intersection and size: `slope` and `constant`. */
  readonly slope?: (a: string, b: string) => string;
}

export const SQUARED: Pieces = { size: (a) => `${a} * ${a}`, slope: (a, b) => `slope * ${b} + constant * 2 * ${a}` };
const BELOW = (a: string, b: string): string => `slope * Number(${a} < ${b}) + constant`;
export const MINIMUM: Pieces = { meet: (a, b) => `Math.min(${a}, ${b})`, slope: BELOW };
/** Σmin(p, t) = (Σp + Σt − Σ|p − t|) / 2: an absolute value needs no branch, a minimum does. */
export const DIFFERENCE: Pieces = {
  meet: (a, b) => `Math.abs(${a} - ${b})`,
  intersection: "(prediction + target - met) / 2",
  slope: BELOW,
};
/** A comparison that V8 turns into a number without a branch. */
export const THRESHOLD: Pieces = { probability: (x) => `Number(${x} >= 0.5)` };
export const SIGMOID: Pieces = { probability: (x) => `1 / (1 + Math.exp(-${x}))` };
export const SIGMOID_TABLE: Pieces = { probability: (x) => `1 / (1 + expTable(-${x}))` };

/** 1 − D. */
export function lossLoop(pieces: Pieces, turn: number): Work {
  return compile(`${sums(pieces, turn, false)} return 1 - (2 * intersection + 1) / (prediction + target + 1);`);
}

/**
 * 1 − D plus the focal loss with γ = 2, of logits against a mask; one exponential per position serves both. Optionally
 * with the gradient, in g, which holds that of the focal loss between the two loops.
 */
export function focalLoop(exponential: "Math.exp" | "expTable", gradient = false, { larger, either }: Choosing = BRANCHES): Work {
  const slope = `g[i] = ${either("b === 1", "-1", "1")} * rest * rest * (2 * (1 - rest) * loss + rest) / n;`;
  const chain = `
    const value = (2 * both + 1) / below;
    for (let i = 0; i < n; i++) {
      const a = 1 / (1 + ${exponential}(-p[i]));
      g[i] += ((value - 2 * t[i]) / below) * a * (1 - a);
    }`;
  return compile(`
    let both = 0, prediction = 0, target = 0, cost = 0;
    const n = p.length;
    for (let i = 0; i < n; i++) {
      const x = p[i], b = t[i];
      const power = ${exponential}(-Math.abs(x)), share = 1 / (1 + power);
      const small = power * share;
      const a = ${either("x < 0", "small", "share")};
      const z = ${either("b === 1", "x", "-x")};
      const rest = ${either("z < 0", "share", "small")};
      const loss = Math.log(1 + power) + ${larger("-z", "0")};
      cost += rest * rest * loss;
      ${gradient ? slope : ""}
      both += a * b;
      prediction += a;
      target += b;
    }
    const below = prediction + target + 1;
    ${gradient ? chain : ""}
    return 1 - (2 * both + 1) / below + cost / n;`);
}

/** 1 − D, and its gradient into g. For logits of a sigmoid, g holds the probabilities between the two loops. */
export function gradientLoop(pieces: Pieces, turn: number): Work {
  const { probability, slope = ofProduct } = pieces;
  const [kept, chain] = probability ? ["g", (a: string) => ` * ${a} * (1 - ${a})`] : ["p", () => ""];
  const ofPosition = (k: number): string =>
    `const a${k} = ${kept}[i + ${k}]; g[i + ${k}] = (${slope(`a${k}`, `t[i + ${k}]`)})${chain(`a${k}`)};`;
  return compile(`${sums(pieces, turn, probability !== undefined)}
    const below = prediction + target + 1;
    const dice = (2 * intersection + 1) / below;
    const slope = -2 / below;
    const constant = dice / below;
    ${turns(turn, ofPosition)}
    return 1 - dice;`);
}

function sums(pieces: Pieces, turn: number, keep: boolean): string {
  const { probability = same, meet = product, intersection = "met", size = same } = pieces;
  const step = (width: number): string => `
    ${each(width, (k) => `const a${k} = ${probability(`p[i + ${k}]`)}; const b${k} = t[i + ${k}];`)}
    ${keep ? each(width, (k) => `g[i + ${k}] = a${k};`) : ""}
    met += ${tree(width, (k) => meet(`a${k}`, `b${k}`))};
    prediction += ${tree(width, (k) => size(`a${k}`))};
    target += ${tree(width, (k) => size(`b${k}`))};`;
  return `
    let met = 0, prediction = 0, target = 0;
    const n = p.length, end = n - n % ${turn};
    for (let i = 0; i < end; i += ${turn}) {${step(turn)}}
    ${turn > 1 ? `for (let i = end; i < n; i++) {${step(1)}}` : ""}
    const intersection = ${intersection};`;
}

/** A second loop with as many elements per iteration. */
function turns(turn: number, piece: (k: number) => string): string {
  const rest = turn > 1 ? `for (let i = end; i < n; i++) {${piece(0)}}` : "";
  return `for (let i = 0; i < end; i += ${turn}) {${each(turn, piece)}} ${rest}`;
}

const same = (a: string): string => a;
const product = (a: string, b: string): string => `${a} * ${b}`;
const ofProduct = (_: string, b: string): string => `slope * ${b} + constant`;
