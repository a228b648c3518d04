// What the gradient of every loss and index keeps to, whatever its formula.
import { describe, expect, test } from "vitest";
import { type Loss, valueAndGradient } from "../src/index.ts";
import { ALL_MEASURES, ALL_NAMES, randomCallOf } from "./compounds-table.ts";
import { axesOf } from "./regions-reference.ts";
import { BEYOND, dataOf, LAYOUTS, resident } from "./regions-table.ts";
import { bytesOf } from "./table.ts";

const ACTIVATIONS = ["none", "sigmoid", "softmax"] as const;

describe.each(ALL_NAMES)("the gradient of %s", (name) => {
  const measure = ALL_MEASURES[name];

  test("is exactly 0 where positions are left out, and nowhere else", () => {
    for (const layout of LAYOUTS) {
      for (const activation of ACTIVATIONS) {
        const { prediction, floats, shape, mask, labels } = dataOf(2, 3, [BEYOND], layout, 9, activation !== "none");
        const { samples, classes, positions, at } = axesOf({ shape, layout }, prediction.length);
        const marked = labels.map((label, k) => (mask[k] === 0 ? 7 : label));
        for (const [target, leaving] of [
          [floats, { mask }],
          [marked, { ignoreIndex: 7 }],
        ] as const) {
          const options = { shape, layout, activation, ...leaving };
          const { gradient } = valueAndGradient(measure as Loss, prediction, target, options);
          for (let place = 0; place < samples * positions; place++) {
            const [sample, i] = [Math.floor(place / positions), place % positions];
            const all = Array.from({ length: classes }, (_, c) => gradient[at(sample, c, i)]);
            const isFlat = all.every((g) => g === 0);
            if (isFlat !== (mask[place] === 0)) expect.fail(`${layout} ${activation}: ${all} at position ${place}`);
          }
        }
      }
    }
  });

  test("copied = resident, to the bit, and its value is that of the measure alone", () => {
    for (let seed = 900; seed < 940; seed++) {
      const { prediction, target, options: all } = randomCallOf(name, seed);
      const { threshold, ...options } = all;
      const what = `seed ${seed} ${JSON.stringify(options)}`;
      const call = (p: Float32Array | number[], t: typeof target, gradient?: Float32Array) =>
        valueAndGradient(measure as Loss, p, t, { ...options, ...(gradient && { gradient }) } as object);
      const wanted = call(prediction, target);
      const expectWanted = ({ value, gradient }: typeof wanted, of: string) => {
        expect(value, of).toEqual(wanted.value);
        if (!bytesOf(gradient).equals(bytesOf(wanted.gradient))) expect.fail(`${of}: another gradient`);
      };
      expect(measure(prediction, target, options), what).toEqual(wanted.value);
      const room = resident(prediction, target);
      for (const gradient of [room.gradient, new Float32Array(prediction.length), undefined]) {
        expectWanted(call(room.prediction, room.target, gradient), what);
        expectWanted(call(prediction, room.target, gradient), what);
        expectWanted(call(room.prediction, target, gradient), what);
      }
      expectWanted(call(Array.from(prediction), target), `${what}: made again = kept between the passes`);
      expect(measure(room.prediction, room.target, options), what).toEqual(wanted.value);
      expect(bytesOf(room.prediction).equals(bytesOf(prediction)), "unchanged").toBe(true);
    }
  });
});
