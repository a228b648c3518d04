// simsimd, native code: its dot product, which is a part of the job alone.
import { dot } from "simsimd";

export const start = async () => "6.5.5";

/** A part of the job has no right result: none is given. */
export const works = (_job, { prediction, target }) => ({
  "dot, Σp·t alone": () => 0 * dot(prediction, target),
});

export const jobs = ["dice"];
