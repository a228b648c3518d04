// What the tests of errors share.
import { expect } from "vitest";

export type Kind = typeof TypeError | typeof RangeError | typeof Error;

/** Expects an error of a kind, whose message holds all of these. */
export function throws(call: () => unknown, kind: Kind, ...messages: string[]): void {
  expect(call).toThrow(kind);
  for (const message of messages) expect(call).toThrow(message);
}

/** The array, after its memory went elsewhere. */
export function detached<A extends Float32Array | Uint8Array>(array: A): A {
  structuredClone(array.buffer, { transfer: [array.buffer as ArrayBuffer] });
  return array;
}

/** A function that takes anything, as it does without types. */
export const untyped = (called: unknown) => called as (...given: unknown[]) => unknown;
