// Numbers as people read them, for the terminal and RESULTS.md.
import type { RowRecord } from "./record.ts";

/** 16, 4 Ki, 64 Mi. */
export function lengthText(length: number): string {
  if (length >= 2 ** 20) return `${length / 2 ** 20} Mi`;
  return length >= 1024 ? `${length / 1024} Ki` : `${length}`;
}

/** 8 KiB, 512 MiB. */
export function sizeText(bytes: number): string {
  const power = bytes < 2 ** 20 ? 1 : bytes < 2 ** 30 ? 2 : 3;
  return `${Number((bytes / 1024 ** power).toPrecision(3))} ${["KiB", "MiB", "GiB"][power - 1]}`;
}

export const fixed = (value: number, digits = 2): string => value.toFixed(digits);
export const times = (ratio: number): string => `${ratio >= 99.5 ? ratio.toFixed(0) : ratio.toPrecision(3)}×`;
export const percent = (share: number): string => `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)} %`;
export const tiny = (error: number): string => (error === 0 ? "0" : error.toExponential(2));

/** 60 ns, 4.5 µs, 12 ms. */
export function duration(nanoseconds: number): string {
  if (nanoseconds >= 1e6) return `${(nanoseconds / 1e6).toPrecision(3)} ms`;
  return nanoseconds >= 1e3 ? `${(nanoseconds / 1e3).toPrecision(3)} µs` : `${nanoseconds.toPrecision(3)} ns`;
}

export function printRow(row: RowRecord): void {
  const cells = [
    lengthText(row.length).padStart(6),
    row.job.padEnd(21),
    row.maker.padEnd(9),
    row.name.padEnd(44),
    duration(row.nanoseconds).padStart(8),
    `${fixed(row.elementsPerSecond / 1e9, 3).padStart(7)} G elements/s`,
    `${fixed(row.gigabytesPerSecond, 1).padStart(6)} GB/s`,
    times(row.ratio).padStart(6),
    row.beside === undefined ? "" : `beside ${times(row.beside)}`,
    `spread ${percent(row.spread)}`.padEnd(13),
    `error ${tiny(row.error)}`,
  ];
  console.log(cells.join("  "));
}
