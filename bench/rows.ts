// The rows of one job at one length: every way of doing it in JavaScript, on the same data.
import { allocate } from "dice-wasm";
import { makeArrays } from "./data.ts";
import { type Arrays, type Data, type Job, positionsOf, type Work } from "./job.ts";
import type { Maker } from "./record.ts";
import { changing } from "./timing.ts";

/** The makers that work in JavaScript. */
export type JavaScript = Exclude<Maker, "library" | "part" | "C">;
export const MAKERS: readonly JavaScript[] = ["plain", "copied", "zero-copy"];

export interface Candidate {
  readonly name: string;
  readonly work: Work;
  readonly arrays: Arrays;
}

type Room = Omit<Arrays, "gradient"> & Partial<Arrays>;

export function candidates(job: Job, maker: JavaScript, length: number): readonly Candidate[] {
  const made = makeArrays(job.data, length);
  const arrays = changing(maker === "zero-copy" ? resident(job, made) : made);
  if (maker === "plain") return Object.entries(job.rivals).map(([name, work]) => ({ name, work, arrays }));
  return [{ name: job.function, work: job.call(positionsOf(job.data, length)), arrays }];
}

/** The arrays in linear memory. */
function resident({ data }: Job, { prediction, target, gradient }: Arrays): Arrays {
  const room = data.prediction === "labels" ? labelRoom(target as Uint8Array) : floatRoom(data, prediction.length, target);
  room.prediction.set(prediction);
  room.target.set(target);
  return { gradient, ...room };
}

function floatRoom({ classes, gradient = false }: Data, length: number, target: Arrays["target"]): Room {
  const shape = classes > 1 ? [1, classes, length / classes] : length;
  const Target = target.constructor as typeof Float32Array;
  return gradient ? allocate(shape, { target: Target, gradient }) : allocate(shape, { target: Target });
}

/** Two label maps, in the memory of two float arrays. */
function labelRoom(labels: Uint8Array | Int32Array): Room {
  const floats = allocate(Math.ceil(labels.byteLength / 4));
  const Integers = labels.constructor as Uint8ArrayConstructor;
  const integers = ({ buffer, byteOffset }: Float32Array): Uint8Array => new Integers(buffer, byteOffset, labels.length);
  return { prediction: integers(floats.prediction), target: integers(floats.target) };
}
