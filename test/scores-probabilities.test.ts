import { describe, expect, test } from "vitest";
import { allocate, type DataLayout, diceCoefficient, type IntegerArray, Overlap, overlap, scoreLabels } from "../src/index.ts";
import { maskOf, random } from "./table.ts";
import { linesOf, type Tally, talliesOf, tallyOf } from "./tallies.ts";

const SAMPLES = 2;

type LabelArray = typeof Uint8Array | typeof Uint16Array;

/** Logits in quarters, so that ties are many and softmax keeps the order; all samples' positions one after the other. */
class Field {
  readonly classes: number;
  readonly positions: number;
  readonly layout: DataLayout;
  readonly shape: number[];
  readonly logits: Float32Array;
  readonly labels: Uint8Array | Uint16Array;

  constructor(classes: number, positions: number, layout: DataLayout, Labels: LabelArray = Uint8Array) {
    const next = random(classes * positions);
    const [total, last] = [SAMPLES * positions, layout === "channels-last"];
    this.classes = classes;
    this.positions = positions;
    this.layout = layout;
    this.shape = last ? [SAMPLES, positions, classes] : [SAMPLES, classes, positions];
    this.logits = Float32Array.from({ length: total * classes }, () => Math.floor(12 * next()) / 4 - 1.5);
    this.labels = new Labels(total);
    for (let i = 0; i < total; i++) this.labels[i] = Math.floor(classes * next());
  }

  at(c: number, i: number): number {
    const { classes, positions } = this;
    if (this.layout === "channels-last") return i * classes + c;
    return (Math.floor(i / positions) * classes + c) * positions + (i % positions);
  }

  largest(i: number): number {
    let best = 0;
    for (let c = 1; c < this.classes; c++) if (this.logits[this.at(c, i)] > this.logits[this.at(best, i)]) best = c;
    return best;
  }

  softmax(c: number, i: number): number {
    let sum = 0;
    for (let k = 0; k < this.classes; k++) sum += Math.exp(this.logits[this.at(k, i)]);
    return Math.exp(this.logits[this.at(c, i)]) / sum;
  }

  oneHot(): Float32Array {
    const target = new Float32Array(this.logits.length);
    for (const [i, label] of this.labels.entries()) target[this.at(label, i)] = 1;
    return target;
  }

  talliesOf(isPredicted: (c: number, i: number) => boolean, isKept: (i: number) => boolean): Tally[] {
    const tallyOfClass = (c: number) =>
      tallyOf(
        this.labels.length,
        (i) => isPredicted(c, i),
        (i) => this.labels[i] === c,
        isKept,
      );
    return Array.from({ length: this.classes }, (_, c) => tallyOfClass(c));
  }
}

const FIELDS = (["channels-first", "channels-last"] as const).flatMap((layout) =>
  [2, 3, 5, 9].flatMap((classes) => [1, 17, 1025, 5000].map((positions) => new Field(classes, positions, layout))),
);

describe.each(FIELDS)("probabilities, $layout, $classes classes, $positions positions", (field) => {
  const { shape, layout, logits, labels, classes } = field;
  const mask = maskOf(labels.length, 3);
  const ways: [object, (i: number) => boolean, (number[] | Float32Array | IntegerArray)[]][] = [
    [{}, () => true, [labels, Int32Array.from(labels), field.oneHot()]],
    [{ mask }, (i) => mask[i] === 1, [labels, field.oneHot()]],
    [{ ignoreIndex: 1 }, (i) => labels[i] !== 1, [labels]],
  ];
  const expectTallies = (options: object, isPredicted: (c: number, i: number) => boolean) => {
    for (const [way, isKept, targets] of ways) {
      const expected = linesOf(field.talliesOf(isPredicted, isKept));
      for (const target of targets) {
        expect(linesOf(talliesOf(scoreLabels(logits, target, { shape, layout, ...options, ...way })))).toBe(expected);
      }
    }
  };

  test("without a threshold the largest class is predicted, the lowest of equals", () => {
    const isLargest = (c: number, i: number) => field.largest(i) === c;
    for (const activation of ["none", "sigmoid", "softmax"] as const) expectTallies({ activation }, isLargest);
  });

  test("with a threshold every class that reaches it is predicted", () => {
    expectTallies({ threshold: 0.25 }, (c, i) => logits[field.at(c, i)] >= 0.25);
    expectTallies({ threshold: 0.5, activation: "sigmoid" }, (c, i) => logits[field.at(c, i)] >= 0);
    expectTallies({ threshold: 0.3123, activation: "softmax" }, (c, i) => field.softmax(c, i) >= 0.3123);
  });

  test("scores of a label map and of the map of largest classes are the same", () => {
    const map = labels.map((_, i) => field.largest(i));
    const { overlap: _, ...scores } = scoreLabels(logits, labels, { shape, layout, beta: 2, empty: 0 });
    const { overlap: __, ...expected } = scoreLabels(map, labels, { classes, beta: 2, empty: 0 });
    expect(scores).toEqual(expected);
  });

  test("an overlap taken with a threshold is scored as its data are", () => {
    const options = { shape, layout, threshold: 0.25 };
    const { overlap: _, ...scores } = scoreLabels(overlap(logits, labels, options), { beta: 2, includeBackground: false });
    const { overlap: __, ...expected } = scoreLabels(logits, labels, { ...options, beta: 2, includeBackground: false });
    expect(scores).toEqual(expected);
  });
});

describe("the overlap of scores of probabilities", () => {
  const field = new Field(4, 2500, "channels-first");
  const { logits, labels, classes, positions } = field;
  const shape = [1, classes, positions];
  const piece = (k: number, options: object) => {
    const size = classes * positions;
    const of = labels.subarray(k * positions, (k + 1) * positions);
    return scoreLabels(logits.subarray(k * size, (k + 1) * size), of, { shape, ...options }).overlap;
  };

  test.each([{}, { threshold: 0.5 }, { activation: "softmax" }] as const)(
    "adds up to the whole, by way of JSON: %o",
    (options) => {
      const pieces = [0, 1].map((k) => Overlap.fromJSON(JSON.parse(JSON.stringify(piece(k, options)))));
      const total = pieces.reduce((sum, each) => sum.add(each), new Overlap({ classes }));
      const { overlap: of, ...scores } = scoreLabels(logits, labels, { shape: field.shape, ...options });
      const { overlap: _, ...merged } = scoreLabels(total);
      expect(merged).toEqual(scores);
      expect(total.toJSON()).toEqual(of.pool().toJSON());
    },
  );

  test("of [N, C] is one sample, however many there are", () => {
    const total = new Overlap({ classes: 257 });
    for (const samples of [0, 1, 2, 3]) {
      const some = { shape: [samples, 257], threshold: 0.5 };
      total.add(scoreLabels(new Float32Array(257 * samples).fill(1), new Float32Array(257 * samples), some).overlap);
    }
    expect(total.prediction).toEqual(new Float64Array(257).fill(6));
  });

  test("is that of `overlap`, so that every index may be taken of it", () => {
    const options = { shape, threshold: 0.5 };
    const [p, t] = [logits.subarray(0, classes * positions), labels.subarray(0, positions)];
    const sums = scoreLabels(p, t, options).overlap;
    expect(sums.toJSON()).toEqual(overlap(p, t, options).toJSON());
    expect(diceCoefficient(sums, { squared: true })).toBe(diceCoefficient(p, t, { ...options, squared: true }));
  });
});

test("one class needs no shape, but a threshold", () => {
  const prediction = [0.9, 0.2, 0.5, 0.8];
  const scores = scoreLabels(prediction, Uint8Array.of(1, 0, 0, 1), { threshold: 0.5 });
  expect(talliesOf(scores)).toEqual([{ tp: 2, fp: 1, fn: 0, tn: 1 }]);
  expect(scores.classes[0].label).toBe(0);
  expect(scoreLabels(prediction, [1, 0, 0, 1], { shape: [1, 1, 4], threshold: 0.5 })).toEqual(scores);
});

describe.each([3, 5, 300, 27_955])("the largest of %i classes, in linear memory and beside it", (classes) => {
  for (const layout of ["channels-first", "channels-last"] as const) {
    // around the blocks of 1,536 positions, and of those whose rows of channels-last data fit
    const lengths = classes > 300 ? [1, 4, 5] : classes === 300 ? [371, 372, 373, 1537] : [1535, 1536, 1537, 3075];
    test.each(lengths)(`${layout}, %i positions`, (positions) => {
      const field = new Field(classes, positions, layout, Uint16Array);
      const { shape, logits, labels } = field;
      const map = labels.map((_, i) => field.largest(i));
      const room = allocate(shape, { target: Uint16Array, layout });
      room.prediction.set(logits);
      room.target.set(labels);
      const ignoreIndex = labels[0];
      for (const options of [{}, { ignoreIndex }]) {
        const expected = linesOf(talliesOf(scoreLabels(map, labels, { classes, ...options })));
        for (const [p, t] of [
          [logits, labels],
          [room.prediction, room.target],
          [Array.from(logits), labels],
        ] as const) {
          expect(linesOf(talliesOf(scoreLabels(p, t, { shape, layout, ...options })))).toBe(expected);
        }
      }
    });
  }
});

test("as many classes as there may be, but no more", () => {
  const most = 65_536;
  const prediction = new Float32Array(most);
  prediction[most - 1] = 1;
  expect(scoreLabels(prediction, Uint16Array.of(most - 1), { shape: [1, most, 1] }).micro.dice).toBe(1);
  const call = (classes: number, shape: number[], layout?: DataLayout) => () =>
    scoreLabels(new Float32Array(classes), new Uint8Array(1), { shape, layout });
  expect(call(65_537, [1, 65_537, 1])).toThrow(new RangeError('"shape" expected at most 65536 classes, got 65537'));
  const last = call(27_956, [1, 1, 27_956], "channels-last");
  expect(last).toThrow(new RangeError('"shape" expected at most 27955 classes, got 27956'));
});

test("the lowest class is predicted where all are −∞", () => {
  const prediction = new Float32Array(18).fill(Number.NEGATIVE_INFINITY);
  const { classes } = scoreLabels(prediction, new Uint8Array(2), { shape: [1, 9, 2] });
  expect(classes[0].truePositives).toBe(2);
});

test("the largest of more classes than a page of bytes holds is predicted, against labels and one-hot floats", () => {
  const [classes, labels] = [600, Uint16Array.of(0, 253, 254, 299, 508, 599, 255)];
  for (const layout of ["channels-first", "channels-last"] as const) {
    const last = layout === "channels-last";
    const shape = last ? [1, labels.length, classes] : [1, classes, labels.length];
    const prediction = new Float32Array(classes * labels.length);
    for (const [i, label] of labels.entries()) prediction[last ? i * classes + label : label * labels.length + i] = 1;
    expect(scoreLabels(prediction, labels, { shape, layout }).micro.dice).toBe(1);
    expect(scoreLabels(prediction, prediction.slice(), { shape, layout }).micro.dice).toBe(1);
  }
});

test("[N, C] may have more samples than an Overlap has rows", () => {
  const samples = 2 ** 23 + 1;
  const { classes } = scoreLabels(new Float32Array(2 * samples), new Uint8Array(samples), { shape: [samples, 2] });
  expect(classes[0].truePositives).toBe(samples);
});

test.each(["none", "sigmoid", "softmax"] as const)(
  "the largest of logits is predicted where probabilities would be equal, activation %s",
  (activation) => {
    const logits = [30, 1e-9, -1000, Number.NEGATIVE_INFINITY, 40, 2e-9, -999, -1000]; // positions of class 0, then of class 1
    const { classes } = scoreLabels(logits, new Uint8Array(4).fill(1), { shape: [1, 2, 4], activation });
    expect(classes[1].truePositives).toBe(4);
  },
);
