// The oracle gives the peers' numbers itself: their cases, with the oracle in place of the library, in float64.
import { describe, expect, test, vi } from "vitest";
import type { CompoundOptions } from "./compounds-reference.ts";
import { ABSENT, expectedOf, readCases, titleOf } from "./peers/case.ts";
import { DIFFERENCES } from "./peers/differences.ts";
import { SOFT } from "./peers.ts";
import { centralDifference } from "./reference.ts";
import type { Numbers, Oracle } from "./regions-reference.ts";

vi.mock("../src/index.ts", async (original) => {
  const { regionReference } = await import("./regions-reference.ts");
  const { compoundReference } = await import("./compounds-reference.ts");
  return { ...(await original<object>()), ...regionReference, ...compoundReference, valueAndGradient: gradientOf };
});

/** In place of `valueAndGradient`; no case here has a gradient of a reduction "none". */
function gradientOf(oracle: Oracle<CompoundOptions>, prediction: Numbers, target: Numbers, options: CompoundOptions) {
  const value = (p: Numbers): number => oracle(p, target, options) as number;
  return { gradient: Float64Array.from(prediction, (_, i) => centralDifference(value, prediction, i)) };
}

const cases = readCases();
const KINDS = ["dice_ce_loss", "dice_focal_loss", "generalized_dice_focal_loss"];

if (!cases) test.skip(ABSENT);

describe.runIf(cases)("the oracle gives MONAI's numbers", () => {
  for (const given of (cases ?? []).filter(({ kind }) => KINDS.includes(kind))) {
    test(titleOf(given), () => {
      const { values, gradient = [] } = SOFT[given.kind](given);
      const [ours] = DIFFERENCES.flatMap((difference) => difference.ours(given) ?? []);
      const expected = ours ?? expectedOf(given);
      expect(values).toHaveLength(expected.values.length);
      for (const [i, value] of expected.values.entries())
        expect(Math.abs(values[i] - value)).toBeLessThanOrEqual(given.atol + given.rtol * Math.abs(value));
      // the differences are of fourth order: their own error is about 1e-10
      for (const [i, slope] of (expected.gradient ?? []).entries())
        expect(Math.abs(gradient[i] - slope)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(slope)));
    });
  }
});
