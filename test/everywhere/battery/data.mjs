// The data of a call, from integers and exact conversions alone, and the same data where it lies in linear memory.

/** mulberry32: 32 bits at a time, from a seed. */
export function random(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
}

const EXTREME_LOGITS = [-Infinity, -1000, -0, 1e-40, 0.5, 88, 1000, Infinity];
const EXTREMES = [0, -0, 1e-40, 2 ** -24, 0.5, 1 - 2 ** -24, 1];

/** Numbers of a kind, from u (0 to 1) and their place i. */
const KINDS = {
  uniform: (u) => u,
  logits: (u) => 16 * u - 8,
  hard: (u) => (u < 0.4 ? 1 : 0),
  nothing: () => 0,
  noLogits: () => -1000,
  extremes: (_, i) => EXTREMES[(5 * i) % EXTREMES.length],
  extremeLogits: (_, i) => EXTREME_LOGITS[(5 * i) % EXTREME_LOGITS.length],
  kept: (u) => (u < 0.3 ? 0 : 1 + Math.floor(200 * u)),
};
const POOL = 2 ** 17;
const STARTS = 2 ** 14;
const pools = new Map();

/** So many numbers of a kind: a stretch of a pool, which is made once. */
function stretch(kind, seed, length, of = KINDS[kind]) {
  if (!pools.has(kind)) {
    const next = random(1);
    pools.set(
      kind,
      Float64Array.from({ length: POOL }, (_, i) => of(next() / 2 ** 32, i)),
    );
  }
  const start = seed % STARTS;
  return pools.get(kind).subarray(start, start + length);
}

/** The arrays of a call, each as its type, and its options. */
export function dataOf(call) {
  const { row, seed, elements, samples, positions, options } = call;
  const labels = row.data === "labels" ? elements : samples * positions;
  const target = isInteger(call.Target) ? labelsOf(call, seed >>> 3, labels) : floatsOf(call, seed >>> 3);
  const prediction = row.data === "labels" ? labelsOf(call, seed >>> 5, labels) : predictionOf(call);
  const data = { prediction: arrayOf(call.Prediction, prediction), target: arrayOf(call.Target, target) };
  if (call.content === "NaN" && elements > 0) data.prediction[seed % elements] = Number.NaN;
  if (options.ignoreIndex !== undefined)
    for (let i = seed % 4; i < labels; i += 3 + (i % 5)) data.target[i] = options.ignoreIndex;
  // every third gradient is written to an array of the caller's, which may be longer
  if (seed % 3 === 0) data.gradient = new Float32Array(elements + (seed % 2));
  return { ...data, options: givenOptions(call, labels) };
}

export const isInteger = (type) => /^U?[iI]nt/.test(type);

function arrayOf(type, numbers) {
  return type === "Array" ? Array.from(numbers) : new globalThis[type](numbers);
}

function predictionOf({ row, seed, content, options, elements }) {
  const logits = row.logits || options.activation !== undefined;
  const soft = logits ? "logits" : "uniform";
  const empty = logits ? "noLogits" : "nothing";
  const extreme = logits ? "extremeLogits" : "extremes";
  return stretch({ soft, NaN: soft, hard: "hard", empty, extreme }[content], seed, elements);
}

function floatsOf({ row, content, elements }, seed) {
  const hard = content === "hard" || row.data === "hard";
  return stretch(content === "empty" ? "nothing" : hard ? "hard" : "uniform", seed, elements);
}

/** A mask, or a map of the classes, the last of which is absent where the content is hard. */
function labelsOf({ row, content, classes }, seed, length) {
  if (content === "empty") return stretch("nothing", seed, length);
  if (classes === 1 && row.data !== "labels") return stretch("hard", seed, length);
  const present = content === "hard" && classes > 2 ? classes - 1 : classes;
  return stretch(`${present} labels`, seed, length, (u) => Math.floor(present * u));
}

/** The options as they are given: undefined where there are none. */
function givenOptions({ row, seed, classes, options }, labels) {
  const { mask, weights, includeBackground } = options;
  const kept = includeBackground === false && !row.weighsBackground ? classes - 1 : classes;
  const given = { ...options };
  if (mask) given.mask = arrayOf(mask, stretch("kept", seed >>> 7, labels));
  if (weights) given.weights = arrayOf(weights, stretch("uniform", seed >>> 9, kept));
  return Object.keys(given).length > 0 ? given : undefined;
}

const ROOM = 2 ** 18; // elements

/** Finds room in linear memory for the arrays of a call: views of one workspace for each type of target, or its own. */
export function placer(dice) {
  const rooms = new Map();
  const roomOf = (type) => {
    if (!rooms.has(type)) rooms.set(type, dice.allocate(ROOM, { target: globalThis[type], gradient: true }));
    return rooms.get(type);
  };
  const views = ({ seed, row, Target, Prediction }, { prediction, target }) => {
    const type = isInteger(Target) ? Target : "Float32Array";
    const start = seed % 5; // at any address
    const behind = ROOM / 2 + start;
    const first = row.data === "labels" ? roomOf(Prediction).target : roomOf(type).prediction;
    return {
      prediction: first.subarray(start, start + prediction.length),
      target: roomOf(type).target.subarray(behind, behind + target.length),
      gradient: roomOf(type).gradient.subarray(start, start + prediction.length),
    };
  };
  const own = ({ Target, shape, layout }, { prediction, target }) => {
    const type = globalThis[isInteger(Target) ? Target : "Float32Array"];
    const room = dice.allocate(shape ?? prediction.length, { target: type, gradient: true, ...(layout && { layout }) });
    if (room.target.length !== target.length) throw new Error(`allocate gave a target of ${room.target.length}`);
    return room;
  };
  return (call, data) => {
    const room = call.seed % 32 === 0 && call.row.data !== "labels" ? own(call, data) : views(call, data);
    room.prediction.set(data.prediction);
    room.target.set(data.target);
    return room;
  };
}
