// ml-distance: its Dice similarity is 2 Σp·t / (Σp² + Σt²), the squared form without smoothing.
import { similarity } from "ml-distance";
import { versionOf } from "./version.mjs";

export const start = async () => versionOf("ml-distance");

export const works = (_job, { prediction, target }) => ({
  "similarity.dice": () => 1 - similarity.dice(prediction, target),
});
