// Atlases of the brain from Debian's package mricron-data, each against itself shifted by a voxel.
import { beforeAll, describe, expect, test } from "vitest";
import { overlap, scoreLabels } from "../src/index.ts";
import { AXES, isSkipped, VOXELS, volumeOf } from "./brain.ts";
import { linesOf, type Tally, talliesOf, talliesOfLabels, tallyOf } from "./tallies.ts";

const TYPES = [Uint8Array, Uint16Array, Int32Array] as const;

/** The volume moved by one voxel along an axis; what comes in is background. */
function shifted(volume: Uint8Array, axis: number): Uint8Array {
  const moved = new Uint8Array(VOXELS);
  const stride = AXES.slice(0, axis).reduce((product, size) => product * size, 1);
  for (let i = 0; i < VOXELS; i++) if (Math.floor(i / stride) % AXES[axis] > 0) moved[i] = volume[i - stride];
  return moved;
}

const sum = (list: readonly Tally[], of: (tally: Tally) => number) => list.reduce((total, tally) => total + of(tally), 0);

const ATLASES = [
  { name: "aal", classes: 117, present: 117, chosen: [0, 116] },
  { name: "brodmann", classes: 49, present: 42, chosen: [0, 17] },
];

describe.skipIf(isSkipped("aal", "brodmann")).each(ATLASES)("$name against itself shifted by a voxel", (atlas) => {
  const { name, classes, present, chosen } = atlas;
  let volume: Uint8Array;
  beforeAll(() => {
    volume = volumeOf(name);
  });

  test("is the atlas that it should be", () => {
    const labels = new Set(volume);
    expect(volume.length).toBe(VOXELS);
    expect([labels.size, Math.max(...labels)]).toEqual([present, classes - 1]);
  });

  test.each([0, 1, 2])("has the counts of plain loops, as integers of every size, along axis %i", (axis) => {
    const moved = shifted(volume, axis);
    const expected = talliesOfLabels(moved, volume, { classes });
    for (const Type of TYPES) {
      const scores = scoreLabels(Type.from(moved), Type.from(volume), { classes });
      expect(linesOf(talliesOf(scores)), Type.name).toBe(linesOf(expected));
      expect(scores.skipped.length).toBe(classes - present);
    }
    expect(linesOf(talliesOf(scoreLabels(Int32Array.from(moved), volume, { classes })))).toBe(linesOf(expected));
  });

  test.each([0, 1, 2])("has counts that add up to the volume, along axis %i", (axis) => {
    const scores = scoreLabels(shifted(volume, axis), volume, { classes });
    const counts = talliesOf(scores);
    for (const { tp, fp, fn, tn } of counts) expect(tp + fp + fn + tn).toBe(VOXELS);
    expect(sum(counts, ({ tp, fp }) => tp + fp)).toBe(VOXELS);
    expect(sum(counts, ({ tp, fn }) => tp + fn)).toBe(VOXELS);
    expect(sum(counts, ({ fp }) => fp)).toBe(sum(counts, ({ fn }) => fn));
    expect(scores.micro.dice).toBe(sum(counts, ({ tp }) => tp) / VOXELS);
  });

  test.each(chosen)("has the counts of plain loops as floats against a mask, label %i", (label) => {
    const moved = shifted(volume, 0);
    const prediction = new Float32Array(VOXELS).map((_, i) => (moved[i] === label ? 1 : 0));
    const mask = new Uint8Array(VOXELS).map((_, i) => (volume[i] === label ? 1 : 0));
    const expected = tallyOf(
      VOXELS,
      (i) => moved[i] === label,
      (i) => volume[i] === label,
    );
    expect(linesOf(talliesOf(scoreLabels(overlap(prediction, mask))))).toBe(linesOf([expected]));
    expect(linesOf([talliesOf(scoreLabels(moved, volume, { classes }))[label]])).toBe(linesOf([expected]));
  });
});
