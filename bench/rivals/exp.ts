// eˣ in plain JavaScript, some four times as fast as Math.exp: 2^(k/32) from a table, and a cubic for the rest. Within
// 1e-9. Takes no NaN and only ±88, less than the package does.

const STEPS = 32; // steps of the table per power of two
const MIDDLE = 4096;
const PER_UNIT = STEPS * Math.LOG2E;
const REST = Math.LN2 / STEPS;
const POWERS = Float64Array.from({ length: 2 * MIDDLE }, (_, k) => 2 ** ((k - MIDDLE) / STEPS));

export function expTable(x: number): number {
  const at = Math.min(Math.max(x * PER_UNIT + (MIDDLE + 0.5), 0), 2 * MIDDLE - 1);
  const k = at | 0;
  const r = (at - k - 0.5) * REST;
  return POWERS[k] * (1 + r * (1 + r * (0.5 + r * (1 / 6))));
}

/** The same for x ≤ 0. */
export function expBelow(x: number): number {
  const at = Math.max(x * PER_UNIT + (MIDDLE + 0.5), 0);
  const k = at | 0;
  const r = (at - k - 0.5) * REST;
  return POWERS[k] * (1 + r * (1 + r * (0.5 + r * (1 / 6))));
}
