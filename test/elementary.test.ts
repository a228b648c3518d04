import { expect, test } from "vitest";
import { exp, log, power } from "../src/elementary.ts";
import { random } from "./table.ts";

const next = random(7);
const draws = Array.from({ length: 20_000 }, next);

test("log is within 4e-16 of Math.log, relative to at least ½", () => {
  for (const draw of draws) {
    for (const x of [draw, 1 + draw * 1e-6, 1e-7 * (1 + draw), 2 ** (2000 * draw - 1000)]) {
      expect(Math.abs(log(x) - Math.log(x))).toBeLessThanOrEqual(4e-16 * Math.max(0.5, Math.abs(Math.log(x))));
    }
  }
  expect(log(1)).toBe(0);
  expect(log(Number.NaN)).toBeNaN();
});

test("exp is within 4e-16 of Math.exp", () => {
  for (const draw of draws) {
    for (const x of [draw, -draw, 40 * draw - 20, 1390 * draw - 695]) {
      expect(Math.abs(exp(x) / Math.exp(x) - 1)).toBeLessThanOrEqual(4e-16);
    }
  }
  expect(exp(0)).toBe(1);
});

test("power is within 1e-14 of **, exact at 0 and 1, and lets NaN through", () => {
  for (const draw of draws) {
    for (const y of [0.75, 4 / 3, 2, -0.25, 10 * draw])
      expect(Math.abs(power(draw, y) / draw ** y - 1)).toBeLessThanOrEqual(1e-14);
    expect(power(draw, 1)).toBe(draw);
    expect(power(draw, 0)).toBe(1);
  }
  expect(power(0, 0.75)).toBe(0);
  expect(power(0, -0.25)).toBe(Infinity);
  expect(power(Number.NaN, 0)).toBeNaN();
});

test("power beyond float64 is 0 or Infinity", () => {
  expect(power(0.5, 1e4)).toBe(0);
  expect(power(2, 1e4)).toBe(Infinity);
});
