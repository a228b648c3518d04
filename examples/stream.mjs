// Scores a volume that is never in memory as a whole: piece by piece, on two shards, merged from their JSON.
import { diceCoefficient, diceLoss, jaccardIndex, Overlap, overlap } from "dice-wasm";

const PIECE = 16384 * 4; // pieces cut at multiples of 16,384 merge to the very bits of the whole
const LENGTH = 1_000_000;

/** A stand-in for reading the positions from `from` to `to` of a file or a socket. */
function read(from, to) {
  const at = (i) => Math.sin(i / 40) / 2 + 0.5;
  const length = to - from;
  return {
    prediction: Float32Array.from({ length }, (_, i) => at(from + i + 7)),
    target: Uint8Array.from({ length }, (_, i) => (at(from + i) > 0.5 ? 1 : 0)),
  };
}

/** What a shard sends: the sums of its share of the data, a few hundred bytes whatever the length. */
function shard(from, to) {
  const total = new Overlap();
  for (let start = from; start < to; start += PIECE) {
    const { prediction, target } = read(start, Math.min(start + PIECE, to));
    total.add(overlap(prediction, target));
  }
  return JSON.stringify(total);
}

const messages = [shard(0, 8 * PIECE), shard(8 * PIECE, LENGTH)];
const total = new Overlap();
for (const message of messages) total.add(Overlap.fromJSON(JSON.parse(message)));

const { prediction, target } = read(0, LENGTH);
const merged = diceCoefficient(total);
const whole = diceCoefficient(prediction, target);
console.log(`shards sent ${messages.map((message) => message.length).join(" and ")} bytes for ${total.positions[0]} positions`);
console.log(`Dice ${merged.toFixed(6)}, loss ${diceLoss(total).toFixed(6)}, Jaccard ${jaccardIndex(total).toFixed(6)}`);
console.log(`merged = whole, to the bit: ${merged === whole ? "yes" : "no"}`);
if (merged !== whole) process.exitCode = 1;
