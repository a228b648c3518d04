// Scores a posted prediction against a posted target: a Request in, a Response out. The format is in the README beside this.
import { diceCoefficient, diceLoss, jaccardIndex, overlap } from "dice-wasm";

const LIMIT = 8 * 2 ** 20; // bytes of a body: an isolate of Cloudflare has 128 MB for all requests that it serves at a time
const REGIONS = 4096; // samples × classes: each takes time and memory of its own, however small it is

export async function score(request) {
  if (request.method !== "POST") return refuse(405, `expected POST, got ${request.method}`, { allow: "POST" });
  const bytes = await readBody(request);
  if (bytes === undefined) return refuse(413, `expected a body of at most ${LIMIT} bytes`);
  const options = readOptions(new URL(request.url).searchParams);
  try {
    return Response.json(measure(bytes, options));
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
  let bytes = new Uint8Array(declared || 2 ** 16);
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

/** The options of `overlap`, which refuses those that it does not know: ?shape=1,3,64,64&activation=softmax&threshold=0.5 */
function readOptions(search) {
  const value = (text) => (text.trim() === "" || Number.isNaN(Number(text)) ? text : Number(text));
  const options = Object.fromEntries([...search].map(([name, text]) => [name, value(text)]));
  if (search.has("shape")) options.shape = search.get("shape").split(",").map(value);
  return options;
}

function measure(bytes, options) {
  const { prediction, target } = split(bytes, options);
  const sums = overlap(prediction, target, options); // one pass over the data for every index
  const scores = { dice: diceCoefficient(sums), loss: diceLoss(sums), jaccard: jaccardIndex(sums) };
  if (Object.values(scores).every(Number.isFinite)) return scores;
  // NaN in the data gives NaN, which JSON has no word for
  const at = prediction.findIndex((value) => !Number.isFinite(value));
  const got = at < 0 ? "a score that is not finite" : `${prediction[at]} at ${at}`;
  throw new RangeError(`"prediction" expected finite numbers with a finite score, got ${got}`);
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
