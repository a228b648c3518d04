// Rivals made from text: one shape of loop, specialised for what it reads and its number of classes, and always fresh
// code that has seen a single type of array.
import type { Work } from "../job.ts";
import { expBelow, expTable } from "./exp.ts";

/**
 * The larger of two finite numbers, but for rounding. V8 makes branches of Math.max and of a choice, which are slow where
 * the data cannot be foreseen: that is, beyond some ten thousand elements, as short arrays seen again and again can be.
 */
const larger = (a: number, b: number): number => 0.5 * (a + b + Math.abs(a - b));

/** The body of a function of the prediction p, the target t and the gradient g. */
export function compile(body: string): Work {
  return new Function("expTable", "expBelow", "larger", `return (p, t, g) => {\n${body}\n};`)(expTable, expBelow, larger);
}

/** One piece of text for each of 0 … n − 1. */
export const each = (n: number, piece: (k: number) => string): string => Array.from({ length: n }, (_, k) => piece(k)).join("\n");

/** Joined pairwise, so that no chain is longer than necessary. */
export function tree(n: number, piece: (k: number) => string, join = (a: string, b: string): string => `(${a} + ${b})`): string {
  const within = (from: number, to: number): string => {
    if (to - from === 1) return piece(from);
    const middle = (from + to) >> 1;
    return join(within(from, middle), within(middle, to));
  };
  return within(0, n);
}

/** How a loop takes the larger of two numbers, and one value or another: with a branch, or by arithmetic. */
export interface Choosing {
  larger(a: string, b: string): string;
  either(condition: string, yes: string, no: string): string;
}

export const BRANCHES: Choosing = {
  larger: (a, b) => `Math.max(${a}, ${b})`,
  either: (condition, yes, no) => `(${condition} ? ${yes} : ${no})`,
};

export const ARITHMETIC: Choosing = {
  larger: (a, b) => `larger(${a}, ${b})`,
  either: (condition, yes, no) => `(${no} + Number(${condition}) * (${yes} - ${no}))`,
};
