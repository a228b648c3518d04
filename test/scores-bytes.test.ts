// Label maps of bytes, which have kernels of their own: masks, a few classes, and many.
import { describe, expect, test } from "vitest";
import { STAGE, sharedEngine } from "../src/engine.ts";
import { allocate, scoreLabels } from "../src/index.ts";
import { random } from "./table.ts";
import { linesOf, talliesOf, talliesOfLabels } from "./tallies.ts";

/** Around a vector, a pair of them, a turn, the steps after which fields and bytes are gathered, what is staged, and what passes read in turn. */
const BORDERS = [8, 16, 32, 64, 15 * 16, 2 * 15 * 16, 127 * 32, 255 * 16, 128 * 32, 2 * 127 * 32, 2 ** 14, 2 ** 16];
const LENGTHS = [...Array.from({ length: 135 }, (_, n) => n), ...BORDERS.flatMap((n) => [n - 1, n, n + 1, n + 8, n + 33])];
/** Masks, a pass for every two classes, and one for all. */
const CLASSES = [1, 2, 3, 4, 5, 7, 8, 9, 17, 100, 128, 255, 256, 257, 300];

/** Labels in runs of so many positions on average. */
function labelsOf(length: number, classes: number, run: number, seed: number): Uint8Array {
  const next = random(seed);
  let label = Math.floor(next() * Math.min(classes, 256));
  return new Uint8Array(length).map(() => {
    if (next() * run < 1) label = Math.floor(next() * Math.min(classes, 256));
    return label;
  });
}

/** The labels moved by two positions, and some of them others. */
function guessOf(labels: Uint8Array, classes: number, seed: number): Uint8Array {
  const next = random(seed);
  const other = () => Math.floor(next() * Math.min(classes, 256));
  return labels.map((label, i) => (next() < 0.05 ? other() : (labels[i + 2] ?? label)));
}

/** A copy in linear memory, `offset` bytes behind a word, amid bytes that are no labels. */
function resident(labels: Uint8Array, offset: number): Uint8Array {
  const room = allocate(labels.length + offset + 40, { target: Uint8Array }).target.fill(255);
  room.set(labels, offset);
  return room.subarray(offset, offset + labels.length);
}

function expectExact(p: Uint8Array, t: Uint8Array, classes: number, what: string): void {
  expect(linesOf(talliesOf(scoreLabels(p, t, { classes }))), what).toBe(linesOf(talliesOfLabels(p, t, { classes })));
}

describe.each(CLASSES)("label maps of bytes, %i classes", (classes) => {
  test("are counted exactly at every length, in runs and as noise", () => {
    for (const length of LENGTHS) {
      for (const run of [1, 3, 16]) {
        const t = labelsOf(length, classes, run, length + 1);
        expectExact(guessOf(t, classes, 7), t, classes, `length ${length}, runs of ${run}`);
      }
    }
  });

  test("are counted in linear memory as copied ones are, at any offset", () => {
    for (const length of [31, 32, 100, 2 ** 14 + 33, 2 ** 16 + 33]) {
      const t = labelsOf(length, classes, 16, 3);
      const p = guessOf(t, classes, 4);
      const copied = scoreLabels(p, t, { classes });
      for (const offset of [0, 1, 7]) {
        const [hereP, hereT] = [resident(p, offset), resident(t, 3)];
        const both = allocate(2 * length, { target: Uint8Array }).target;
        both.set(p);
        both.set(t, length);
        const [first, second] = [both.subarray(0, length), both.subarray(length)];
        for (const [a, b] of [
          [hereP, t],
          [p, hereT],
          [hereP, hereT],
          [first, second],
        ] as const)
          expect(scoreLabels(a, b, { classes })).toEqual(copied);
      }
    }
  });

  test("are counted exactly where one label is alone for long", () => {
    const last = Math.min(classes, 256) - 1;
    for (const length of [127 * 32 * 5 + 3, 200_000]) {
      const all = new Uint8Array(length).fill(last);
      expectExact(all, all, classes, "both");
      expectExact(all, new Uint8Array(length), classes, "the prediction");
      expectExact(new Uint8Array(length), all, classes, "the target");
    }
  });
});

test("every label of 256 classes is counted, beside every other", () => {
  const p = new Uint8Array(65536).map((_, i) => i);
  const t = new Uint8Array(65536).map((_, i) => i >> 8);
  expectExact(p, t, 256, "noise against runs");
  expectExact(t, p, 256, "runs against noise");
  expectExact(t, t, 256, "runs");
});

describe("a label that is no class is refused wherever it is", () => {
  const score = (p: Uint8Array | Int8Array, t: Uint8Array | Int8Array, classes: number) => () => scoreLabels(p, t, { classes });

  test.each([1, 2, 3, 16, 17, 100, 255])("%i classes, bytes", (classes) => {
    for (const length of [40, 333]) {
      const right = labelsOf(length, classes, 5, 9);
      for (let at = 0; at < length; at++) {
        for (const label of [classes, 255]) {
          const wrong = right.slice();
          wrong[at] = label;
          const expected = `expected labels from 0 to ${classes - 1}`;
          const gotOf = (name: string) => {
            const hint = classes === 2 ? `; ${name}.map((v) => v > 0 ? 1 : 0) makes a mask of 0 and 1` : "";
            return `${hint}, got ${label} at position ${at}`;
          };
          const ofPrediction = `"prediction" ${expected}${gotOf("prediction")}`;
          const ofTarget = `"target" ${expected}; ignoreIndex leaves one more label out${gotOf("target")}`;
          expect(score(wrong, right, classes)).toThrow(new RangeError(ofPrediction));
          expect(score(right, wrong, classes)).toThrow(new RangeError(ofTarget));
          expect(score(wrong, wrong, classes)).toThrow(new RangeError(ofPrediction));
        }
      }
      expectExact(right, right, classes, "afterwards");
    }
  });

  test.each([1, 2, 3, 17, 128, 129, 200, 256, 300])("%i classes, negative bytes", (classes) => {
    for (const label of [-1, -128]) {
      for (const at of [0, 17, 63, 64, 70]) {
        const right = new Int8Array(71);
        const wrong = right.slice();
        wrong[at] = label;
        for (const other of [right, new Uint8Array(71)]) {
          expect(score(wrong, other, classes)).toThrow(`got ${label} at position ${at}`);
          expect(score(other, wrong, classes)).toThrow(`got ${label} at position ${at}`);
        }
      }
    }
  });

  test("far into long maps, the prediction's before the target's", () => {
    for (const classes of [2, 5, 40]) {
      const right = new Uint8Array(150_000);
      const [late, early] = [right.slice(), right.slice()];
      late[149_990] = 77;
      early[3] = 78;
      for (const place of [(labels: Uint8Array) => labels, (labels: Uint8Array) => resident(labels, 5)]) {
        expect(score(place(late), place(early), classes)).toThrow('"prediction" expected');
        expect(score(place(late), place(early), classes)).toThrow("got 77 at position 149990");
        expect(score(place(right), place(late), classes)).toThrow("got 77 at position 149990");
      }
    }
  });

  test("masks whose wrong bytes make up for each other", () => {
    const wrong = new Uint8Array(64);
    wrong.set([2, 0, 255, 1, 0], 8); // the sum of bytes is 2, as that of right labels could be
    for (const classes of [1, 2]) expect(score(wrong, new Uint8Array(64), classes)).toThrow("got 2 at position 8");
  });
});

test("the kernels write to their counters alone, whatever the bytes are", () => {
  const { kernels, bytes, i32 } = sharedEngine();
  const [p, t, out] = [STAGE, STAGE + 4096, STAGE + 16384];
  const noise = labelsOf(8192, 256, 2, 1);
  const kernelOf = {
    masks: { size: 48, run: () => kernels.masks(p, t, 4096, 1, out) },
    count: { size: 96, run: () => kernels.count(p, t, 4096, 6, out) },
    tally: { size: 4 * 1536, run: () => kernels.tally(p, t, 4096, out) },
  };
  for (const [name, { size, run }] of Object.entries(kernelOf)) {
    bytes.set(noise, STAGE);
    bytes.fill(0xa5, out - 2048, out + 16384);
    i32.fill(0, out >> 2, (out + size) >> 2);
    run();
    const around = [...bytes.subarray(out - 2048, out), ...bytes.subarray(out + size, out + 16384)];
    expect(
      around.every((byte) => byte === 0xa5),
      name,
    ).toBe(true);
    expect(Buffer.compare(bytes.subarray(STAGE, STAGE + 8192), noise), name).toBe(0);
  }
});
