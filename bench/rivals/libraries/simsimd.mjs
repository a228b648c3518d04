// simsimd, native code: its dot product, which is only a part of the job.
import { dot } from "simsimd";
import { versionOf } from "./version.mjs";

export const start = async () => versionOf("simsimd");

/** A part of the job has no right result, so 0 is returned. */
export const works = (_job, { prediction, target }) => ({
  "dot, Σp·t alone": () => 0 * dot(prediction, target),
});
