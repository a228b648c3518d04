// A slice of a real head: how well does brightness alone tell where the brain is?
import { readFileSync } from "node:fs";
import { diceCoefficient, diceLoss, jaccardIndex, jaccardLoss } from "dice-wasm";
import { dice, naiveSums } from "./plain.mjs";
import { check, heading, table } from "./print.mjs";

const read = (name) => readFileSync(new URL(`../data/${name}-slice.raw`, import.meta.url));
const prediction = Float32Array.from(read("ch2"), (intensity) => intensity / 255);
const target = Uint8Array.from(read("ch2bet"), (intensity) => (intensity > 0 ? 1 : 0));
const at = (threshold) => diceCoefficient(prediction, target, { threshold });

export function slice() {
  heading("A slice of a head (181 × 217 voxels): brightness / 255 as the prediction of the brain");
  const rows = [
    ["Dice coefficient", diceCoefficient(prediction, target)],
    ["Dice loss", diceLoss(prediction, target)],
    ["Jaccard index", jaccardIndex(prediction, target)],
    ["Jaccard loss", jaccardLoss(prediction, target)],
    ["Dice loss, squared (V-Net)", diceLoss(prediction, target, { squared: true })],
    ["Dice loss, −ln D", diceLoss(prediction, target, { form: "log" })],
    ["Dice of the voxels ≥ 0.5 (hardly any brain is so bright)", at(0.5)],
    ["Dice of the voxels ≥ 0.2", at(0.2)],
  ];
  table(rows.map(([name, value]) => [name, value.toFixed(6)]));
  const plain = dice(naiveSums(prediction, Float32Array.from(target)));
  const deviation = Math.abs(diceCoefficient(prediction, target) - plain);
  check(`the Dice coefficient is that of plain float64 sums: ${deviation.toExponential(1)} apart`, deviation <= 4e-7);
}
