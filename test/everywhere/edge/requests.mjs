// Requests to examples/edge, good and bad, from a seed, each with the answer that it must get.

export const LIMIT = 8 * 2 ** 20; // what the example's README promises

/** mulberry32: numbers from 0 to 1, the same for the same seed. */
export function random(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The body: float32 predictions, then uint8 targets. */
function bodyOf(prediction, target) {
  const body = new Uint8Array(4 * prediction.length + target.length);
  body.set(new Uint8Array(Float32Array.from(prediction).buffer));
  body.set(target, 4 * prediction.length);
  return body;
}

const activations = {
  none: (values) => values,
  sigmoid: (values) => values.map((value) => 1 / (1 + Math.exp(-value))),
  softmax: (values) => {
    const powers = values.map((value) => Math.exp(value - Math.max(...values)));
    const sum = powers.reduce((a, b) => a + b);
    return powers.map((power) => power / sum);
  },
};

/** Dice, its loss and Jaccard in plain float64, region by region, with the smoothing of 1 that is the default. */
function naive({ samples, classes, positions, last, activation, threshold }, prediction, target) {
  const regions = Array.from({ length: samples * classes }, () => ({ I: 0, P: 0, T: 0 }));
  const at = (sample, c, i) => (last ? (sample * positions + i) * classes + c : (sample * classes + c) * positions + i);
  const values = new Array(classes);
  for (let sample = 0; sample < samples; sample++) {
    for (let i = 0; i < positions; i++) {
      for (let c = 0; c < classes; c++) values[c] = prediction[at(sample, c, i)];
      const active = activations[activation](values);
      const label = target[sample * positions + i];
      for (let c = 0; c < classes; c++) {
        const p = threshold === undefined ? active[c] : Number(active[c] >= threshold);
        const t = Number(label === (classes === 1 ? 1 : c));
        const sums = regions[sample * classes + c];
        sums.I += p * t;
        sums.P += p;
        sums.T += t;
      }
    }
  }
  const mean = (index) => regions.map(index).reduce((a, b) => a + b) / regions.length;
  const dice = mean(({ I, P, T }) => (2 * I + 1) / (P + T + 1));
  return { dice, loss: 1 - dice, jaccard: mean(({ I, P, T }) => (I + 1) / (P + T - I + 1)) };
}

/** One region without a shape, of `positions`. */
function flat(next, positions) {
  const prediction = Float32Array.from({ length: positions }, next);
  const target = Uint8Array.from({ length: positions }, () => Number(next() < 0.4));
  const region = { samples: 1, classes: 1, positions, last: false, activation: "none" };
  return { body: bodyOf(prediction, target), status: 200, scores: naive(region, prediction, target) };
}

/** Samples and classes by a shape, with a mask or a label map. */
function shaped(next) {
  const draw = (list) => list[Math.floor(next() * list.length)];
  const [samples, classes, positions, last] = [draw([1, 2, 3]), draw([1, 2, 3, 5]), 1 + Math.floor(next() * 900), next() < 0.5];
  const activation = draw(["none", "sigmoid", ...(classes > 1 ? ["softmax"] : [])]);
  const threshold = draw([undefined, undefined, 0.5]);
  const scale = activation === "none" ? 1 : 8;
  const away = (value) => (Math.abs(value - 0.5) < 1e-5 ? 0.6 : value); // from the threshold: rounding must not decide
  const prediction = Float32Array.from({ length: samples * classes * positions }, () => scale * (away(next()) - (scale > 1) / 2));
  const target = Uint8Array.from({ length: samples * positions }, () => Math.floor(next() * Math.max(2, classes)));
  const search = new URLSearchParams({ shape: String(last ? [samples, positions, classes] : [samples, classes, positions]) });
  if (last) search.set("layout", "channels-last");
  if (activation !== "none") search.set("activation", activation);
  const hard = activation === "softmax" ? undefined : threshold;
  if (hard !== undefined) search.set("threshold", hard);
  const region = { samples, classes, positions, last, activation, threshold: hard };
  return { search, body: bodyOf(prediction, target), status: 200, scores: naive(region, prediction, target) };
}

const four = (label) => bodyOf([0.9, 0.2, 0.8, 0.1], [1, 0, label, 0]);
const bad = (status, reason, rest) => ({ status, reason, body: four(1), ...rest });
const search = (text) => ({ search: new URLSearchParams(text) });

/** Every way to be refused that the example knows, and some of the library's. */
const REFUSED = [
  bad(405, "expected POST, got GET", { method: "GET", body: undefined }),
  bad(405, "expected POST, got PUT", { method: "PUT" }),
  bad(400, '"body" expected float32 predictions, then uint8 targets, got 0 bytes', { body: new Uint8Array(0) }),
  bad(400, '"target" expected length 3 (as "prediction"), got 7', { body: four(1).subarray(0, 19) }),
  bad(400, '"target" expected', { body: four(2) }),
  bad(400, '"target" expected', { body: bodyOf([1, 0, 0, 1], [1, 7]), ...search("shape=1,2,2") }),
  bad(400, '"prediction" expected length 6 ("shape" is 2 samples × 1 classes × 3 positions), got 4', search("shape=2,1,3")),
  bad(400, '"shape" expected two axes or more', search("shape=4")),
  bad(400, '"shape[1]" expected a number, got ""', search("shape=1,,4")),
  bad(400, '"shape[0]" expected a whole number of 0 or more, got -1', search("shape=-1,1,4")),
  bad(400, '"shape" expected at most 4096 samples × classes, got 5000', search("shape=5000,1,4")),
  bad(400, '"activation" expected "none" or "sigmoid" or "softmax", got "relu"', search("activation=relu")),
  bad(400, '"threshold" expected a number, got "high"', search("threshold=high")),
  bad(400, 'includeBackground, batch, got "mask"', search("mask=1")),
  bad(400, 'includeBackground, batch, got "smoth"', search("smoth=1")),
  bad(400, "got NaN at 2", { body: bodyOf([0.5, 0.5, Number.NaN, 0.5], [1, 0, 1, 0]) }),
  bad(413, `at most ${LIMIT} bytes`, { declared: LIMIT + 1 }), // and little of it is sent
  bad(413, `at most ${LIMIT} bytes`, { endless: true }), // nothing is declared, and one byte too many is sent
];

/** Every refusal once, the smallest and the largest body, and some of all. */
export function everyKind(seed) {
  const next = random(seed);
  const largest = flat(next, Math.floor(LIMIT / 5));
  const full = bad(400, '"target" expected', { body: new Uint8Array(LIMIT) }); // no whole number of positions, but looked at
  return [...REFUSED, full, flat(next, 1), largest, { ...largest, chunks: next }, ...mixed(seed, 60)];
}

/** So many requests: one in four is bad; a third of the good ones come in chunks of any size, with no length declared. */
export function mixed(seed, count) {
  const next = random(seed);
  return Array.from({ length: count }, (_, i) => {
    if (i % 4 === 3) return REFUSED[(i >> 2) % REFUSED.length];
    const request = next() < 0.6 ? flat(next, 1 + Math.floor(next() ** 2 * 40_000)) : shaped(next);
    return next() < 0.33 ? { ...request, chunks: next } : request;
  });
}
