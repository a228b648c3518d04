// Nine voxels with published figures, which were computed in float32.
import { diceCoefficient, diceLoss, overlap } from "dice-wasm";
import { check, heading, table } from "./print.mjs";

const prediction = [0.38574776, 0.08795848, 0.83927506, 0.21592768, 0.44453627, 0.10463644, 0.8793516, 0.65118235, 0.5184219];
const target = [1, 0, 0, 0, 0, 0, 1, 1, 1];

const STEP = 2 ** -24; // between neighbouring float32 numbers from ½ to 1, where the coefficients lie

export function article() {
  heading("The published example: 9 voxels");
  const unsmoothed = { smooth: 0 };
  const figures = [
    ["intersection", overlap(prediction, target).intersection[0], "2.4347036"],
    ["coefficient, smooth 1", diceCoefficient(prediction, target), "0.64307916"],
    ["loss, smooth 1", diceLoss(prediction, target), "0.35692084"],
    ["coefficient, smooth 0", diceCoefficient(prediction, target, unsmoothed), "0.59916145"],
    ["loss, smooth 0", diceLoss(prediction, target, unsmoothed), "0.40083855"],
  ];
  const steps = ([, ours, published]) => Math.abs(ours - Number(published)) / STEP;
  const row = (figure) => [figure[0], figure[1].toFixed(10), figure[2], steps(figure).toFixed(2)];
  table([["", "dice-wasm", "published", "apart, in float32 steps"], ...figures.map(row)]);
  check(
    "every figure agrees within float32 rounding (1 step)",
    figures.every((figure) => steps(figure) <= 1),
  );
}
