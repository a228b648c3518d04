// ml-distance: its Dice similarity is 2 Σp·t / (Σp² + Σt²), the squared form without smoothing.
import { similarity } from "ml-distance";

export const start = async () => "5.0.0";

export const works = (_job, { prediction, target }) => ({
  "similarity.dice": () => 1 - similarity.dice(prediction, target),
});

export const jobs = ["squared"];
