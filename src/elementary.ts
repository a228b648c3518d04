// Logarithm and exponential by basic arithmetic alone: Math.log, Math.exp and ** may differ between engines in the last
// bits, and results must not. Relative error below 4e-16 (for log, relative to the larger of |ln x| and ½).

const LN2_HIGH = 0.6931471803691238; // the first 32 bits of ln 2, so that its product with an exponent is exact
const LN2_LOW = 1.9082149292705877e-10;

const word = new DataView(new ArrayBuffer(8));

/** ln x, for x ≥ 2⁻¹⁰²²; NaN and Infinity give themselves */
export function log(x: number): number {
  if (!(x < Infinity)) return x;
  word.setFloat64(0, x);
  let exponent = (word.getInt16(0) >> 4) - 1023;
  word.setInt16(0, (word.getInt16(0) & 0xf) | 0x3ff0);
  let mantissa = word.getFloat64(0);
  if (mantissa > Math.SQRT2) {
    mantissa /= 2;
    exponent += 1;
  }
  // ln m = 2 artanh((m − 1) / (m + 1)), |argument| ≤ 0.172
  const s = (mantissa - 1) / (mantissa + 1);
  const s2 = s * s;
  let series = 0;
  for (let k = 23; k > 1; k -= 2) series = s2 * (1 / k + series);
  return exponent * LN2_HIGH + (2 * s + (2 * s * series + exponent * LN2_LOW));
}

/** eˣ, for |x| < 700 */
export function exp(x: number): number {
  const exponent = Math.round(x / Math.LN2);
  const rest = x - exponent * LN2_HIGH - exponent * LN2_LOW;
  let series = 1;
  for (let k = 14; k > 0; k--) series = 1 + (rest / k) * series;
  word.setUint32(4, 0);
  word.setInt32(0, (exponent + 1023) << 20);
  return series * word.getFloat64(0);
}

/** xʸ, for 0 ≤ x < Infinity and y ≥ −1; exact where y is 0 or 1; NaN gives NaN */
export function power(x: number, y: number): number {
  if (x !== x) return x;
  if (y === 0) return 1;
  if (y === 1) return x;
  if (x === 0) return y > 0 ? 0 : Infinity;
  const exponent = y * log(x);
  if (exponent < -700) return 0;
  return exponent > 700 ? Infinity : exp(exponent);
}
