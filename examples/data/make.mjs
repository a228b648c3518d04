// Cuts the slice pair beside this file out of the volumes of Debian's package mricron-data: see SOURCE.md.
import { readFileSync, writeFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

const FOLDER = "/usr/share/mricron/templates";
const HEADER = 352; // bytes of the NIfTI header, before the voxels
const SLICE = 73; // of 181 along z, counted from 0: the one with the most brain
const VOXELS = 181 * 217; // of an axial slice

for (const name of ["ch2", "ch2bet"]) {
  const volume = gunzipSync(readFileSync(`${FOLDER}/${name}.nii.gz`));
  const start = HEADER + SLICE * VOXELS;
  writeFileSync(new URL(`${name}-slice.raw`, import.meta.url), volume.subarray(start, start + VOXELS));
}
