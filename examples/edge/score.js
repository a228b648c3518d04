// Scores a posted prediction against a posted target: a Request in, a Response out. The format is in the README beside this.
import { diceCoefficient, diceLoss, jaccardIndex, overlap } from "dice-wasm";

const LIMIT = 8 * 2 ** 20; // bytes of a body: an isolate of Cloudflare has 128 MB for all requests that it serves at a time
const REGIONS = 4096; // samples × classes: each takes time and memory of its own, however small it is

export async function score(request) {
  if (request.method !== "POST") return refuse(405, `expected POST, got ${request.method}`, { allow: "POST" });
  const bytes = await readBody(request);
  if (bytes === undefined) return refuse(413, `expected a body of at most ${LIMIT} bytes`);
  try {
    return Response.json(measure(bytes, readOptions(new URL(request.url).searchParams)));
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return refuse(400, error.message);
    throw error;
  }
}

function refuse(status, error, headers) {
  return Response.json({ error }, { status, headers });
}

/** The bytes of the body, or undefined where there are too many. No more than the limit is ever held, whatever was declared. */
async function readBody({ headers, body }) {
  const declared = Number(headers.get("content-length"));
  if (declared > LIMIT) return undefined;
  // chunks begin and end within a number: in one array of our own the floats are aligned again
  let bytes = new Uint8Array(declared > 0 ? declared : 2 ** 16);
  let length = 0;
  const reader = body?.getReader();
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    const end = length + value.length;
    if (end > LIMIT) {
      reader.cancel().catch(() => {}); // not awaited: where the host reads along, it would never be over
      return undefined;
    }
    if (end > bytes.length) bytes = enlarge(bytes, Math.min(LIMIT, 2 * end));
    bytes.set(value, length);
    length = end;
  }
  return bytes.subarray(0, length);
}

function enlarge(bytes, length) {
  const larger = new Uint8Array(length);
  larger.set(bytes);
  return larger;
}

// How the sums are taken, and what the indices make of them.
const OF_SUMS = ["shape", "layout", "activation", "ignoreIndex", "intersection", "threshold"];
const OF_INDICES = ["smooth", "squared", "includeBackground", "batch"];

/** The options, whose values the library checks: ?shape=1,3,64,64&activation=softmax&smooth=0 */
function readOptions(search) {
  const taking = {};
  const making = {};
  for (const [name, text] of search) {
    const options = OF_SUMS.includes(name) ? taking : OF_INDICES.includes(name) ? making : undefined;
    if (!options) throw new RangeError(`"query" expected ${[...OF_SUMS, ...OF_INDICES].join(", ")}, got "${name}"`);
    options[name] = parse(text);
  }
  if (search.has("shape")) taking.shape = search.get("shape").split(",").map(parse);
  return { taking, making };
}

function parse(text) {
  if (text === "true" || text === "false") return text === "true";
  return text.trim() === "" || Number.isNaN(Number(text)) ? text : Number(text);
}

function measure(bytes, { taking, making }) {
  const { prediction, target } = split(bytes, taking);
  const sums = overlap(prediction, target, taking); // one pass over the data for every index
  checkPrediction(prediction, taking.activation ?? "none");
  return { dice: diceCoefficient(sums, making), loss: diceLoss(sums, making), jaccard: jaccardIndex(sums, making) };
}

/** Refuses NaN, for which JSON has no word, and logits that are given as probabilities. */
function checkPrediction(prediction, activation) {
  const isRight = activation === "none" ? (value) => value >= 0 && value <= 1 : (value) => !Number.isNaN(value);
  const at = prediction.findIndex((value) => !isRight(value));
  if (at < 0) return;
  throw new RangeError(`"prediction" expected numbers, from 0 to 1 without an "activation", got ${prediction[at]} at ${at}`);
}

/** Views of both, without a copy. What does not fit the shape is left to the library, which says what is wrong. */
function split(bytes, { shape = [1, 1], layout }) {
  if (bytes.length === 0) throw new RangeError('"body" expected float32 predictions, then uint8 targets, got 0 bytes');
  const classes = shape[layout === "channels-last" ? shape.length - 1 : 1];
  const regions = shape[0] * classes;
  if (regions > REGIONS) throw new RangeError(`"shape" expected at most ${REGIONS} samples × classes, got ${regions}`);
  const planes = classes >= 1 ? classes : 1;
  const elements = planes * Math.floor(bytes.length / (4 * planes + 1));
  return { prediction: new Float32Array(bytes.buffer, 0, elements), target: bytes.subarray(4 * elements) };
}
