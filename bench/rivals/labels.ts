// Two label maps in plain JavaScript: the mean Dice coefficient of the classes present. Unlike the package, none checks
// the labels. Those that read words need arrays aligned to them.
import type { Work } from "../job.ts";

type LabelWork = (p: Uint8Array, t: Uint8Array) => number;

/** The confusion matrix that everyone writes. */
export const confusion = (classes: number): Work =>
  labelWork((p, t) => {
    const matrix = new Int32Array(classes * classes);
    for (let i = 0; i < p.length; i++) matrix[p[i] * classes + t[i]]++;
    return meanOfMatrix(matrix, classes);
  });

/** The same without ignored positions. */
export const confusionKept = (classes: number): Work =>
  labelWork((p, t) => {
    const matrix = new Int32Array(classes * classes);
    for (let i = 0; i < p.length; i++) {
      if (t[i] === 255) continue;
      matrix[p[i] * classes + t[i]]++;
    }
    return meanOfMatrix(matrix, classes);
  });

/** Three tallies. */
export const tallies = (classes: number): Work =>
  labelWork((p, t) => {
    const both = new Int32Array(classes);
    const ofP = new Int32Array(classes);
    const ofT = new Int32Array(classes);
    for (let i = 0; i < p.length; i++) {
      const a = p[i];
      const b = t[i];
      ofP[a]++;
      ofT[b]++;
      if (a === b) both[a]++;
    }
    return meanOf(both, ofP, ofT);
  });

/**
 * Four matrices in turn, so that a run of one label does not wait for its own counter; each word read holds four labels.
 * Columns beyond the classes are for ignored labels.
 */
export const fourMatrices = (classes: number, columns = classes): Work =>
  labelWork((p, t) => {
    const size = classes * columns;
    const [a, b] = [words(p), words(t)];
    const matrices = new Int32Array(4 * size);
    for (let i = 0; i < a.length; i++) {
      const v = a[i];
      const w = b[i];
      matrices[(v & 255) * columns + (w & 255)]++;
      matrices[size + ((v >>> 8) & 255) * columns + ((w >>> 8) & 255)]++;
      matrices[2 * size + ((v >>> 16) & 255) * columns + ((w >>> 16) & 255)]++;
      matrices[3 * size + (v >>> 24) * columns + (w >>> 24)]++;
    }
    for (let i = 4 * a.length; i < p.length; i++) matrices[p[i] * columns + t[i]]++;
    return meanOfMatrix(sumOfFour(matrices), columns, classes);
  });

/** The same for Int32Arrays. */
export const fourMatricesOfWords = (classes: number): Work =>
  labelWork((p, t) => {
    const size = classes * classes;
    const fours = p.length & ~3;
    const matrices = new Int32Array(4 * size);
    for (let i = 0; i < fours; i += 4) {
      matrices[p[i] * classes + t[i]]++;
      matrices[size + p[i + 1] * classes + t[i + 1]]++;
      matrices[2 * size + p[i + 2] * classes + t[i + 2]]++;
      matrices[3 * size + p[i + 3] * classes + t[i + 3]]++;
    }
    for (let i = fours; i < p.length; i++) matrices[p[i] * classes + t[i]]++;
    return meanOfMatrix(sumOfFour(matrices), classes);
  });

function sumOfFour(matrices: Int32Array): Int32Array {
  const size = matrices.length / 4;
  return matrices
    .subarray(0, size)
    .map((count, i) => count + matrices[size + i] + matrices[2 * size + i] + matrices[3 * size + i]);
}

/** Up to four classes: two positions have 256 pairs of labels, each with one counter. */
export const pairs = (classes: number): Work =>
  labelWork((p, t) => {
    const [a, b] = [words(p), words(t)];
    const counts = new Int32Array(512);
    for (let i = 0; i < a.length; i++) {
      const four = (a[i] << 2) | b[i];
      const two = four | (four >>> 4);
      counts[two & 255]++;
      counts[256 + ((two >>> 16) & 255)]++;
    }
    const matrix = new Int32Array(16);
    for (let k = 0; k < 512; k++) {
      matrix[k & 15] += counts[k];
      matrix[(k >> 4) & 15] += counts[k];
    }
    for (let i = 4 * a.length; i < p.length; i++) matrix[(p[i] << 2) | t[i]]++;
    return meanOfMatrix(matrix, 4, classes);
  });

/** For labels 0 and 1, from the sums of p & t, p and t. */
const binary =
  (sum: (p: Uint8Array, t: Uint8Array) => readonly [number, number, number]) =>
  (classes: 1 | 2): Work =>
    labelWork((p, t) => {
      const [both, ofP, ofT] = sum(p, t);
      if (classes === 1) return meanOf([both], [ofP], [ofT]);
      const n = p.length;
      return meanOf([n - ofP - ofT + both, both], [n - ofP, ofP], [n - ofT, ofT]);
    });

/** The sums everyone writes, with a branch. */
export const branches = binary((p, t) => {
  let both = 0;
  let ofP = 0;
  let ofT = 0;
  for (let i = 0; i < p.length; i++) {
    if (p[i] === 1) ofP++;
    if (t[i] === 1) ofT++;
    if (p[i] === 1 && t[i] === 1) both++;
  }
  return [both, ofP, ofT];
});

/** Four labels per iteration, added as a tree. */
export const sums = binary((p, t) => {
  const fours = p.length & ~3;
  let both = 0;
  let ofP = 0;
  let ofT = 0;
  for (let i = 0; i < fours; i += 4) {
    const a0 = p[i];
    const b0 = t[i];
    const a1 = p[i + 1];
    const b1 = t[i + 1];
    const a2 = p[i + 2];
    const b2 = t[i + 2];
    const a3 = p[i + 3];
    const b3 = t[i + 3];
    both = (both + ((a0 & b0) + (a1 & b1) + ((a2 & b2) + (a3 & b3)))) | 0;
    ofP = (ofP + (a0 + a1 + (a2 + a3))) | 0;
    ofT = (ofT + (b0 + b1 + (b2 + b3))) | 0;
  }
  for (let i = fours; i < p.length; i++) {
    both += p[i] & t[i];
    ofP += p[i];
    ofT += t[i];
  }
  return [both, ofP, ofT];
});

/** Four labels per word, added as four bytes until one of them could overflow: SIMD without SIMD. */
export const bytesOfWords = binary((p, t) => {
  const [a, b] = [words(p), words(t)];
  const fours = a.length & ~3;
  let both = 0;
  let ofP = 0;
  let ofT = 0;
  for (let start = 0; start < fours; start += 252) {
    const end = Math.min(fours, start + 252);
    let both4 = 0;
    let p4 = 0;
    let t4 = 0;
    for (let i = start; i < end; i += 4) {
      const a0 = a[i];
      const b0 = b[i];
      const a1 = a[i + 1];
      const b1 = b[i + 1];
      const a2 = a[i + 2];
      const b2 = b[i + 2];
      const a3 = a[i + 3];
      const b3 = b[i + 3];
      both4 = (both4 + ((a0 & b0) + (a1 & b1) + ((a2 & b2) + (a3 & b3)))) | 0;
      p4 = (p4 + (a0 + a1 + (a2 + a3))) | 0;
      t4 = (t4 + (b0 + b1 + (b2 + b3))) | 0;
    }
    both += sumOfBytes(both4);
    ofP += sumOfBytes(p4);
    ofT += sumOfBytes(t4);
  }
  for (let i = 4 * fours; i < p.length; i++) {
    both += p[i] & t[i];
    ofP += p[i];
    ofT += t[i];
  }
  return [both, ofP, ofT];
});

const labelWork = (work: LabelWork): Work => work as Work;

const words = (bytes: Uint8Array): Int32Array => new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);

const sumOfBytes = (word: number): number => (word & 255) + ((word >>> 8) & 255) + ((word >>> 16) & 255) + (word >>> 24);

/** The mean coefficient, from the first `classes` rows and columns of a square matrix. */
export function meanOfMatrix(matrix: ArrayLike<number>, width: number, classes = width): number {
  const both = new Int32Array(classes);
  const ofP = new Int32Array(classes);
  const ofT = new Int32Array(classes);
  for (let a = 0; a < classes; a++) {
    both[a] = matrix[a * width + a];
    for (let b = 0; b < classes; b++) {
      ofP[a] += matrix[a * width + b];
      ofT[b] += matrix[a * width + b];
    }
  }
  return meanOf(both, ofP, ofT);
}

function meanOf(both: ArrayLike<number>, ofP: ArrayLike<number>, ofT: ArrayLike<number>): number {
  let sum = 0;
  let there = 0;
  for (let c = 0; c < both.length; c++) {
    if (ofP[c] + ofT[c] === 0) continue;
    sum += (2 * both[c]) / (ofP[c] + ofT[c]);
    there++;
  }
  return sum / there;
}
