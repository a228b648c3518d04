// Gradients beside their closed forms, written by hand.
import { describe, expect, test } from "vitest";
import { diceLoss, generalizedDiceLoss, jaccardLoss, tverskyLoss, valueAndGradient } from "../src/index.ts";
import { referenceSums } from "./reference.ts";
import { softPair } from "./table.ts";

describe("closed forms", () => {
  // with I, P, T and D below the line, per position
  const { prediction: p, target: t } = softPair(257, 11);
  const sums = referenceSums(p, t);
  const { intersection: I, prediction: P, target: T, predictionSquared: PP, targetSquared: TT } = sums;
  const close = (gradient: Float32Array, expected: (i: number) => number) => {
    const scale = Math.max(...gradient.map(Math.abs));
    gradient.forEach((g, i) => {
      expect(Math.abs(g - expected(i))).toBeLessThanOrEqual(3e-7 * scale);
    });
  };

  test("dice: −2t/D + N/D²", () => {
    const [N, D] = [2 * I + 1, P + T + 1];
    close(valueAndGradient(diceLoss, p, t).gradient, (i) => (-2 * t[i]) / D + N / D ** 2);
  });

  test("dice, squared: −2t/D + 2p·N/D²", () => {
    const [N, D] = [2 * I + 1, PP + TT + 1];
    close(valueAndGradient(diceLoss, p, t, { squared: true }).gradient, (i) => (-2 * t[i]) / D + (2 * p[i] * N) / D ** 2);
  });

  test("jaccard: −t/D + N(1 − t)/D²", () => {
    const [N, D] = [I + 1, P + T - I + 1];
    close(valueAndGradient(jaccardLoss, p, t).gradient, (i) => -t[i] / D + (N * (1 - t[i])) / D ** 2);
  });

  test("tversky: −t/D + N(t + α(1 − t) − βt)/D²", () => {
    const [alpha, beta] = [0.3, 0.7];
    const [N, D] = [I + 1, I + alpha * (P - I) + beta * (T - I) + 1];
    const { gradient } = valueAndGradient(tverskyLoss, p, t, { alpha, beta });
    close(gradient, (i) => -t[i] / D + (N * (t[i] + alpha * (1 - t[i]) - beta * t[i])) / D ** 2);
  });

  test("jaccard, squared: −t/D + N(2p − t)/D²", () => {
    const [N, D] = [I + 1, PP + TT - I + 1];
    const { gradient } = valueAndGradient(jaccardLoss, p, t, { squared: true });
    close(gradient, (i) => -t[i] / D + (N * (2 * p[i] - t[i])) / D ** 2);
  });

  test("by logits, through a sigmoid: times p(1 − p)", () => {
    const logits = p.map((value) => 6 * value - 3);
    const sigmoids = Float64Array.from(logits, (x) => 1 / (1 + Math.exp(-x)));
    const { intersection, prediction, target } = referenceSums(sigmoids, t);
    const [N, D] = [2 * intersection + 1, prediction + target + 1];
    const { gradient } = valueAndGradient(diceLoss, logits, t, { activation: "sigmoid" });
    close(gradient, (i) => ((-2 * t[i]) / D + N / D ** 2) * sigmoids[i] * (1 - sigmoids[i]));
  });

  test("by logits, through a softmax of two classes: p(g − Σ p·g)", () => {
    const n = 128;
    const logits = Float32Array.from({ length: 2 * n }, (_, i) => 6 * p[i] - 3);
    const first = Float64Array.from({ length: n }, (_, i) => 1 / (1 + Math.exp(logits[n + i] - logits[i])));
    const [p0, p1] = [first, first.map((value) => 1 - value)];
    const targets = [t.slice(0, n), t.slice(n, 2 * n)];
    const slopes = [p0, p1].map((plane, c) => {
      const { intersection, prediction, target } = referenceSums(plane, targets[c]);
      const [N, D] = [2 * intersection + 1, prediction + target + 1];
      return Array.from(plane, (_, i) => ((-2 * targets[c][i]) / D + N / D ** 2) / 2); // the mean of two classes
    });
    const options = { shape: [1, 2, n], activation: "softmax" } as const;
    const { gradient } = valueAndGradient(diceLoss, logits, t.subarray(0, 2 * n), options);
    close(gradient, (i) => {
      const [c, at] = [Math.floor(i / n), i % n];
      return [p0, p1][c][at] * (slopes[c][at] - p0[at] * slopes[0][at] - p1[at] * slopes[1][at]);
    });
  });

  test("generalized dice of two classes: −w(2t·D − N)/D², w = 1/T²", () => {
    const n = 128;
    const [planes, targets] = [p, t].map((list) => [list.slice(0, n), list.slice(n, 2 * n)]);
    const parts = planes.map((plane, c) => referenceSums(plane, targets[c]));
    const weights = parts.map(({ target }) => 1 / target ** 2);
    const weighed = (of: (part: (typeof parts)[0]) => number) => weights[0] * of(parts[0]) + weights[1] * of(parts[1]);
    const N = 2 * weighed(({ intersection }) => intersection) + 1;
    const D = weighed(({ prediction, target }) => prediction + target) + 1;
    const { gradient } = valueAndGradient(generalizedDiceLoss, p.subarray(0, 2 * n), t.subarray(0, 2 * n), { shape: [1, 2, n] });
    close(gradient, (i) => (-weights[Math.floor(i / n)] * (2 * t[i] * D - N)) / D ** 2);
  });

  describe("with the minimum, t becomes 1 where p < t, 0 where p > t and ½ at a tie", () => {
    const prediction = Float32Array.of(0.2, 0.8, 0.5);
    const target = Float32Array.of(0.6, 0.3, 0.5);
    const [least, P, T] = [0.2 + 0.3 + 0.5, 1.5, 1.4];
    const minimum = { intersection: "minimum" } as const;
    const expectSlopes = (gradient: Float32Array, expected: (h: number) => number) => {
      [1, 0, 0.5].forEach((h, i) => {
        expect(gradient[i]).toBeCloseTo(expected(h), 6);
      });
    };

    test("dice", () => {
      const [N, D] = [2 * least + 1, P + T + 1];
      expectSlopes(valueAndGradient(diceLoss, prediction, target, minimum).gradient, (h) => (-2 * h) / D + N / D ** 2);
    });

    test("jaccard", () => {
      const [N, D] = [least + 1, P + T - least + 1];
      expectSlopes(valueAndGradient(jaccardLoss, prediction, target, minimum).gradient, (h) => -h / D + (N * (1 - h)) / D ** 2);
    });

    test("tversky", () => {
      const [alpha, beta] = [0.3, 0.7];
      const [N, D] = [least + 1, least + alpha * (P - least) + beta * (T - least) + 1];
      const { gradient } = valueAndGradient(tverskyLoss, prediction, target, { ...minimum, alpha, beta });
      expectSlopes(gradient, (h) => -h / D + (N * (h + alpha * (1 - h) - beta * h)) / D ** 2);
    });
  });
});
