// One case of the number file: what a peer's own test or run took, and what it gave.
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

export type Nested = number | null | readonly Nested[];

export interface Case {
  readonly origin: string;
  readonly id: number;
  readonly source: string;
  readonly name?: string;
  readonly kind: string;
  /** In the peer's own names. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly shape: readonly number[];
  readonly target_shape: readonly number[];
  readonly input: readonly number[];
  readonly target: readonly number[];
  readonly mask?: readonly number[];
  /** null stands for NaN. */
  readonly expected: Nested;
  /** What MONAI gives since it takes the activation before the mask. */
  readonly expected_since_pr8704?: Nested;
  readonly not_nans?: Nested;
  /** d(sum of expected) / d(input) */
  readonly grad?: readonly number[];
  readonly rtol: number;
  readonly atol: number;
}

/** What this package gives for a case. */
export interface Answer {
  readonly values: ArrayLike<number>;
  readonly gradient?: ArrayLike<number>;
  readonly notNans?: ArrayLike<number>;
}

/** What a case should give. */
export interface Expected {
  readonly values: readonly number[];
  readonly gradient?: readonly number[];
}

/** The peer's own numbers. */
export function expectedOf({ expected, expected_since_pr8704, grad }: Case): Expected {
  return { values: flat(expected_since_pr8704 ?? expected), ...(grad && { gradient: flat(grad) }) };
}

/** From a case in the peer's names to calls of this package. */
export type Adapter = (given: Case) => Answer;

/** ids are unique within an origin: "peer" tests, "monai_random" and "peer_random" runs. */
export function keyOf({ origin, id }: Case): string {
  return `${origin.replace("_cases", "")}/${id}`;
}

export function titleOf(given: Case): string {
  return `${keyOf(given)} ${given.kind}: ${given.source}${given.name === undefined ? "" : ` ${given.name}`}`;
}

export function flat(nested: Nested): number[] {
  if (nested === null) return [Number.NaN];
  return typeof nested === "number" ? [nested] : nested.flatMap(flat);
}

const BESIDE = fileURLToPath(new URL("../../../shared/cases/peers.json", import.meta.url));
const named = process.env.DICE_PEERS;

/** Whether the number file is the one beside the repository, which has cases of every kind and every difference. */
export const isWhole = !named || resolve(named) === BESIDE;

/** The number file at DICE_PEERS, which must then be there, or the one beside the repository, if there is one. */
export function readCases(): readonly Case[] | undefined {
  const path = named || BESIDE;
  if (existsSync(path)) return JSON.parse(readFileSync(path, "utf8"));
  if (named) throw new Error(`DICE_PEERS names ${path}, which is not there`);
  return undefined;
}

/** The title of what is skipped where there is no number file. */
export const ABSENT = "there is no file of the peers' cases (DICE_PEERS names one)";
