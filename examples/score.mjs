// Scores a predicted brain mask: the brightness of each voxel, cut at some level, against the extracted brain.
import { readFileSync } from "node:fs";
import { diceCoefficient, jaccardIndex, overlap } from "dice-wasm";

const read = (name) => readFileSync(new URL(`data/${name}-slice.raw`, import.meta.url));
const prediction = Float32Array.from(read("ch2"), (intensity) => intensity / 255);
const target = Uint8Array.from(read("ch2bet"), (intensity) => (intensity > 0 ? 1 : 0));

function score(threshold) {
  const sums = overlap(prediction, target, { threshold }); // one pass over the data for every index below
  const [hits] = sums.intersection;
  return {
    threshold,
    dice: diceCoefficient(sums, { smooth: 0 }),
    jaccard: jaccardIndex(sums, { smooth: 0 }),
    precision: hits / sums.prediction[0],
    recall: hits / sums.target[0],
  };
}

const scores = [0.1, 0.2, 0.3, 0.4].map(score);
for (const { threshold, dice, jaccard, precision, recall } of scores) {
  const [d, j, p, r] = [dice, jaccard, precision, recall].map((share) => share.toFixed(4));
  console.log(`threshold ${threshold}: Dice ${d}, Jaccard ${j}, precision ${p}, recall ${r}`);
}
const best = scores.reduce((a, b) => (b.dice > a.dice ? b : a));
console.log(`best threshold: ${best.threshold}`);
