// The volumes of Debian's package mricron-data: a head, its brain, and atlases of it.
import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

const FOLDER = "/usr/share/mricron/templates";
const HEADER = 352; // bytes of the NIfTI header
export const AXES = [181, 217, 181] as const;
export const VOXELS = 181 * 217 * 181;

const pathOf = (name: string) => `${FOLDER}/${name}.nii.gz`;

/** Whether the tests of these volumes are skipped: where they are not installed; never in CI. */
export function isSkipped(...names: string[]): boolean {
  const missing = names.filter((name) => !existsSync(pathOf(name)));
  if (missing.length === 0 || process.env.CI === "true") return false;
  console.warn(`skipped, for want of ${missing.join(" and ")}; install Debian's package mricron-data`);
  return true;
}

/** The voxels of a gzipped NIfTI file of uint8. */
export function volumeOf(name: string): Uint8Array {
  return new Uint8Array(gunzipSync(readFileSync(pathOf(name))).subarray(HEADER));
}
