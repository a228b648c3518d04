// Rivals made from text: one shape of loop, specialised for what it reads and its number of classes, and always fresh
// code that has seen a single type of array.
import type { Work } from "../job.ts";
import { expBelow, expTable } from "./exp.ts";

/** The body of a function of the prediction p, the target t and the gradient g. */
export function compile(body: string): Work {
  return new Function("expTable", "expBelow", `return (p, t, g) => {\n${body}\n};`)(expTable, expBelow);
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

export const largest = (a: string, b: string): string => `Math.max(${a}, ${b})`;
