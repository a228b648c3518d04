// One seeded battery of calls over every public function, whose results must have the same bits wherever JavaScript runs:
// copied and in place, in every engine. The rows are in battery/rows.mjs.
import { allCalls, describeCall } from "./battery/calls.mjs";
import { dataOf, placer } from "./battery/data.mjs";

const HALVED = 8; // one in so many calls is made with Float16Arrays too

let calls;

/** The call of that number in words. */
export function nameOf(index) {
  calls ??= allCalls();
  return describeCall(calls[index]);
}

/**
 * Calls everything, and again with the arrays in linear memory, where the bits must be the same.
 * @param dice the namespace of dice-wasm
 * @returns {Promise<{ cases: number, digest: string, hashes: string[] }>} the number of calls; the SHA-256 of theirs, in
 *   order; and the first 32 bits of each
 */
export async function runBattery(dice) {
  calls ??= allCalls();
  const place = placer(dice);
  const digests = [];
  for (const [index, call] of calls.entries()) {
    try {
      digests.push(await sha256(bitsOfCall(dice, call, index, place)));
    } catch (cause) {
      throw new Error(`call ${index}, ${nameOf(index)}: ${cause.message}`, { cause });
    }
  }
  return { cases: calls.length, digest: hex(await sha256(joined(digests))), hashes: digests.map((d) => hex(d.subarray(0, 4))) };
}

/** The bits of a call's result; throws where they differ from those of the same data elsewhere. */
function bitsOfCall(dice, call, index, place) {
  const { options, ...copied } = dataOf(call);
  const run = (data) => joined([...bytesOf(call.row.run(dice, data, options))]);
  const bits = run(copied);
  const placed = place(call, copied);
  for (const [where, data] of [["in place", placed], halfPlaced(copied, placed, index)]) {
    const other = run(data);
    if (!areEqual(bits, other)) throw new Error(`other bits ${where}`);
  }
  if ("Float16Array" in globalThis && index % HALVED === 0) checkHalves(copied, run);
  return bits;
}

/** Arrays of float16 are taken as the numbers that they hold, by hosts that have them. */
function checkHalves(data, run) {
  const rounded = (Type) => ({ ...data, prediction: roundedAs(Type, data.prediction), target: roundedAs(Type, data.target) });
  if (!areEqual(run(rounded(Float16Array)), run(rounded(Float32Array)))) throw new Error("other bits of Float16Arrays");
}

/** Floats rounded to float16, in an array of the type; integers as they are. */
function roundedAs(Type, array) {
  const isFloats = Array.isArray(array) || array instanceof Float32Array || array instanceof Float64Array;
  return isFloats ? new Type(new Float16Array(array)) : array;
}

/** Each operand is judged by itself: one in place, the others copied. */
function halfPlaced(copied, placed, index) {
  const name = ["prediction", "target", "gradient"][index % 3];
  return [`with the ${name} in place`, { ...copied, [name]: placed[name] }];
}

function areEqual(a, b) {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The bytes of a number, an array, a string, or all that is in an object. */
function* bytesOf(value) {
  if (typeof value === "number") yield bytesOfFloats(Float64Array.of(value));
  else if (typeof value === "string") yield new TextEncoder().encode(value);
  else if (value instanceof Float32Array || value instanceof Float64Array) yield bytesOfFloats(value);
  else for (const part of Object.values(value?.toJSON?.() ?? value ?? {})) yield* bytesOf(part);
}

/** WebAssembly and JavaScript leave the sign and payload of a NaN to the engine: every NaN counts as one. */
function bytesOfFloats(array) {
  const own = array.slice();
  for (let i = 0; i < own.length; i++) if (own[i] !== own[i]) own[i] = Number.NaN;
  return new Uint8Array(own.buffer);
}

function joined(parts) {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let end = 0;
  for (const part of parts) {
    all.set(part, end);
    end += part.length;
  }
  return all;
}

async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
