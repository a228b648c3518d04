// simsimd, native code: its dot product, which is a part of the job alone.
import { dot } from "simsimd";
import { versionOf } from "./version.mjs";

export const start = async () => versionOf("simsimd");

/** A part of the job has no right result: none is given. */
export const works = (_job, { prediction, target }) => ({
  "dot, Σp·t alone": () => 0 * dot(prediction, target),
});
