// The kernels that labels become bytes by, against what assembly/operands.ts says of them.
import { describe, expect, test } from "vitest";
import { first as free, kernels, memory } from "./kernels.ts";
import { random } from "./table.ts";

const KERNELS = [
  { Type: Uint8Array, narrow: kernels.narrow_u8, pages: [0] },
  { Type: Uint16Array, narrow: kernels.narrow_u16, pages: [0, 254, 508, 65278] },
  { Type: Uint32Array, narrow: kernels.narrow_u32, pages: [0, 254, 508, 65278] },
];
const ELSEWHERE = 254;
const LEFT_OUT = 255;
const UNTOUCHED = 77;

describe.each(KERNELS)("$Type.name", ({ Type, narrow, pages }) => {
  const lanes = Type === Uint8Array ? 16 : 8;
  const largest = 2 ** (8 * Type.BYTES_PER_ELEMENT) - 1;
  const next = random(3);
  /** Labels around the borders of pages, and the ends of the type. */
  const labelOf = (): number => {
    const near = [0, 253, 254, 255, 508, 65278, 65535, largest][Math.floor(8 * next())];
    return Math.min(largest, Math.max(0, near + Math.floor(7 * next()) - 3));
  };

  function run(labels: number[], first: number, ignored: number, mark: number, most: number) {
    const n = labels.length;
    const source = free + 1024; // at any address, so that it is not aligned
    const bytes = new Uint8Array(memory.buffer, free, n + 16).fill(UNTOUCHED);
    new Uint8Array(memory.buffer, source + 1, n * Type.BYTES_PER_ELEMENT).set(new Uint8Array(Type.from(labels).buffer));
    return { isBeyond: narrow(source + 1, free, n, first, ignored, mark, most) !== 0, bytes };
  }

  test("is narrowed to the page, marked where it is ignored, and no byte beyond is touched", () => {
    for (let n = lanes; n < 5 * lanes; n++) {
      for (const first of pages) {
        const labels = Array.from({ length: n }, labelOf);
        const ignored = labels[n >> 1];
        for (const mark of [0, LEFT_OUT]) {
          const wanted = labels.map((label) => {
            if (mark && label === ignored) return LEFT_OUT;
            return label >= first && label < first + ELSEWHERE ? label - first : ELSEWHERE;
          });
          const { bytes } = run(labels, first, ignored, mark, largest);
          expect([...bytes.subarray(0, n)]).toEqual(wanted);
          expect([...bytes.subarray(n)]).toEqual(new Array(16).fill(UNTOUCHED));
        }
      }
    }
  });

  test("a label beyond the last class is told, wherever it is, unless it is ignored", () => {
    for (const most of [1, 100, largest - 1]) {
      for (let n = lanes; n < 3 * lanes; n++) {
        for (let i = 0; i < n; i++) {
          const labels = Array.from({ length: n }, (_, k) => (k === i ? most + 1 : k % (most + 1)));
          expect(run(labels, 0, 0, 0, most).isBeyond).toBe(true);
          expect(run(labels, 0, most + 1, LEFT_OUT, most).isBeyond).toBe(false);
          expect(run(labels, 0, 0, 0, most + 1).isBeyond).toBe(false);
        }
      }
    }
  });
});

test("bytes are left out where others are a value", () => {
  const next = random(4);
  for (const n of [16, 32, 64]) {
    for (const value of [0, LEFT_OUT]) {
      const others = new Uint8Array(memory.buffer, free + 1024, n).map(() => (next() < 0.3 ? value : 9));
      new Uint8Array(memory.buffer, free + 1024, n).set(others);
      const labels = Uint8Array.from({ length: n }, () => Math.floor(256 * next()));
      new Uint8Array(memory.buffer, free, n).set(labels);
      kernels.leave_out(free + 1024, value, free, n);
      const wanted = labels.map((label, i) => (others[i] === value ? LEFT_OUT : label));
      expect(new Uint8Array(memory.buffer, free, n)).toEqual(wanted);
    }
  }
});

describe("a byte beyond `most` is told, wherever it is, and none up to it: a false alarm would have all labels read again", () => {
  const source = free + 8192;
  const out = free + 16384; // sums, counters or a block, which do not matter here
  const one_hot = (n: number, most: number) => kernels.one_hot(source, 1, out, n, most) !== 0;
  const sums_u8 = (n: number, most: number) => kernels.sums_u8(free, source, n, 1, out, most) !== 0;
  const masks = (n: number, most: number) => kernels.masks(source, source, n, most, out) !== 0;
  const KERNELS: readonly (readonly [string, typeof masks, readonly number[], readonly number[]])[] = [
    ["one_hot", one_hot, [1, 2, 15, 16, 17, 64, 100], [1, 2, 100, 254]],
    ["sums_u8", sums_u8, [32, 64, 96, 160, 512], [1, 2, 100, 254]],
    ["masks", masks, [64, 128, 4096, 8192], [0, 1]],
  ];

  test.each(KERNELS)("by %s", (_, isBeyond, lengths, mosts) => {
    for (const n of lengths) {
      const bytes = new Uint8Array(memory.buffer, source, n);
      for (const most of mosts) {
        bytes.fill(0);
        expect(isBeyond(n, most), `zeros of ${n}, ${most}`).toBe(false);
        bytes.fill(most);
        expect(isBeyond(n, most), `${most} in all of ${n}`).toBe(false);
        bytes.fill(0);
        for (let i = 0; i < n; i += n > 1000 ? 97 : 1) {
          bytes[i] = most + 1;
          expect(isBeyond(n, most), `${most + 1} at ${i} of ${n}`).toBe(true);
          bytes[i] = 0;
        }
      }
    }
  });
});
