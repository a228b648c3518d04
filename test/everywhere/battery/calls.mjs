// The calls of a row: which kinds of arrays, how laid out, which options. Everything is drawn from decks, each entry once
// before any again, so that all of them occur.
import { isInteger, random } from "./data.mjs";
import { OPTIONS, ROWS } from "./rows.mjs";

/** Around the lanes, the tiles, the staged blocks, the stretches of a gradient and the grid of exact merging. */
const TILES = [16, 32, 64, 128, 256, 1024, 4096, 16384, 32768];
const LENGTHS = [0, 1, 2, 3, 4, 5, 7, 8, 9, ...TILES.flatMap((n) => [n - 1, n, n + 1]), 70001];
const SPATIAL = [[], [1], [5], [31], [33], [5, 7], [3, 4, 5], [1023], [1024], [1025], [0], [16385]];
const SAMPLES = [1, 2, 3, 2, 1, 0];
const CLASSES = [2, 3, 4, 5, 8, 21, 1];
const LAYOUTS = ["channels-first", "channels-last"];
const INTEGERS = ["Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array"];
const FLOATS = ["Float32Array", "Float64Array", "Array"];
const CONTENTS = [...Array(6).fill("soft"), "hard", "empty", "extreme", "NaN"];
/** One in so many of the options is given: none, few, or many. */
const RARITIES = [Infinity, 6, 3, 2];
const MOST = 100_000; // elements of a call

/** Every call, in order. */
export function allCalls() {
  return ROWS.flatMap(callsOf);
}

/** A row's seed is its name, so that another row does not change its calls. */
function callsOf(row) {
  const next = random(Array.from(row.name).reduce((hash, letter) => (Math.imul(hash, 31) + letter.charCodeAt(0)) | 0, 7));
  const decks = new Map();
  const draw = (key, list) => {
    if (!decks.get(key)?.length) decks.set(key, [...list]);
    const deck = decks.get(key);
    return deck.splice(next() % deck.length, 1)[0];
  };
  return Array.from({ length: row.calls }, () => {
    const call = { row, seed: next(), ...kindsOf(row, draw), ...geometryOf(row, draw) };
    return { ...call, options: optionsOf(call, draw, next) };
  });
}

function kindsOf({ data }, draw) {
  const labels = data === "labels";
  return {
    content: draw("content", data === "hard" || labels ? ["soft", "hard"] : CONTENTS),
    Prediction: draw("prediction", labels ? INTEGERS : FLOATS),
    Target: draw("target", labels ? INTEGERS : [...FLOATS, ...INTEGERS]),
  };
}

function geometryOf({ data }, draw) {
  const flat = data === "flat" || data === "labels" || (data !== "hard" && draw("flat", [true, false]));
  const classes = draw("classes", data === "hard" ? CLASSES.filter((count) => count > 1) : CLASSES);
  if (flat) {
    const positions = draw("length", LENGTHS);
    return { samples: 1, classes: data === "labels" ? classes : 1, positions, elements: positions };
  }
  const spatial = draw("spatial", SPATIAL);
  const layout = draw("layout", LAYOUTS);
  const positions = spatial.reduce((product, axis) => product * axis, 1);
  const drawn = { samples: draw("samples", SAMPLES), classes };
  const { samples, classes: kept } = drawn.samples * classes * positions > MOST ? { samples: 1, classes: 3 } : drawn;
  const shape = layout === "channels-last" ? [samples, ...spatial, kept] : [samples, kept, ...spatial];
  return { samples, classes: kept, positions, elements: samples * kept * positions, shape, layout };
}

function optionsOf(call, draw, next) {
  const { shape, layout, classes } = call;
  const options = { ...(shape && { shape, layout }), ...(call.row.data === "labels" && { classes }) };
  const rarity = draw("rarity", RARITIES);
  for (const name of call.row.options) {
    if (next() % 60 >= 60 / rarity) continue;
    const option = draw(name, OPTIONS[name]);
    if (fits(option, call)) Object.assign(options, option);
  }
  return options;
}

/** Whether an option means anything to the call: else it would be refused. */
function fits({ activation, ignoreIndex, includeBackground, labelSmoothing }, { classes, Target }) {
  if (activation === "softmax" || includeBackground === false || labelSmoothing !== undefined) return classes > 1;
  if (ignoreIndex === undefined) return true;
  return isInteger(Target) && new globalThis[Target]([ignoreIndex])[0] === ignoreIndex;
}

/** A call in words. */
export function describeCall({ row, content, Prediction, Target, elements, options }) {
  const given = JSON.stringify(options, (_, value) => (Number.isNaN(value) ? "NaN" : value));
  return `${row.name}: ${content} ${Prediction}(${elements}), ${Target}, ${given}`;
}
