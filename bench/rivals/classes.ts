// The Dice loss over several classes in plain JavaScript, the mean of 1 − D, of probabilities or of a softmax of logits,
// against one-hot floats or labels, channels first or last: loops of a few shapes, specialised for each case.
import { IGNORED } from "../data.ts";
import type { Data, Work } from "../job.ts";
import { BRANCHES, type Choosing, compile, each, tree } from "./text.ts";

type Of = Pick<Data, "classes" | "prediction" | "target" | "last" | "ignored" | "gradient" | "crossEntropy">;

/** The index of class c at position i; c and i may be any text. */
const indexOf = ({ classes, last }: Of, c: string | number, i = "i"): string =>
  last ? `${i} * ${classes} + ${c}` : `${c} * n + ${i}`;

const isHot = ({ target }: Of): boolean => target === "floats";

/** Goes on to the next position where this one is left out. */
const skip = ({ ignored }: Of): string => (ignored ? `if (t[i] === ${IGNORED}) continue;` : "");

/** One position at a time, with loops over its classes and Math.exp: what people write. */
export function naive(of: Of): Work {
  const at = indexOf(of, "c");
  const overClasses = (body: string): string => `for (let c = 0; c < ${of.classes}; c++) { ${body} }`;
  const softmax = `
    let most = p[${indexOf(of, 0)}];
    ${overClasses(`most = Math.max(most, p[${at}]);`)}
    let sum = 0;
    ${overClasses(`e[c] = Math.exp(p[${at}] - most); sum += e[c];`)}
    ${of.crossEntropy ? costOf(of, "t[i]", "sum") : ""}
    ${overClasses("e[c] /= sum;")}`;
  return compile(`${arrays(of)}
    for (let i = 0; i < n; i++) {
      ${skip(of)}
      ${of.prediction === "logits" ? softmax : overClasses(`e[c] = p[${at}];`)}
      ${overClasses(`P[c] += e[c]; ${of.gradient ? `g[${at}] = e[c];` : ""}`)}
      ${isHot(of) ? overClasses(`I[c] += e[c] * t[${at}]; T[c] += t[${at}];`) : "I[t[i]] += e[t[i]]; T[t[i]]++;"}
    }
    ${finish(of)}
    ${of.gradient ? chainLoop(of) : ""}
    return loss;`);
}

/** Unrolled as if by hand: the classes of a position in variables, their exponentials from the table. */
export function unrolled(of: Of, { larger }: Choosing = BRANCHES): Work {
  const { classes } = of;
  const sum = (k: number): string => `e${k}`;
  const softmax = `
    const most = ${tree(classes, (k) => `x${k}`, larger)};
    ${each(classes, (k) => `const e${k} = expBelow(x${k} - most);`)}
    const sum = ${tree(classes, sum)}, scale = 1 / sum;
    ${of.crossEntropy ? costOf(of, "t[i]", "sum") : ""}
    ${each(classes, (k) => `const a${k} = e${k} * scale;`)}`;
  const probabilities = of.prediction === "logits" ? softmax : each(classes, (k) => `const a${k} = x${k};`);
  const hot = each(classes, (k) => `const t${k} = t[${indexOf(of, k)}]; I${k} += a${k} * t${k}; T${k} += t${k};`);
  const label = each(classes, (k) => `const t${k} = Number(label === ${k}); I${k} += a${k} * t${k}; T${k} += t${k};`);
  return compile(`${arrays(of)}
    ${each(classes, (k) => `let P${k} = 0, I${k} = 0, T${k} = 0;`)}
    for (let i = 0; i < n; i++) {
      ${skip(of)}
      ${each(classes, (k) => `const x${k} = p[${indexOf(of, k)}];`)}
      ${probabilities}
      ${isHot(of) ? hot : `const label = t[i]; ${label}`}
      ${each(classes, (k) => `P${k} += a${k}; ${of.gradient ? `g[${indexOf(of, k)}] = a${k};` : ""}`)}
    }
    ${each(classes, (k) => `P[${k}] = P${k}; I[${k}] = I${k}; T[${k}] = T${k};`)}
    ${finish(of)}
    ${of.gradient ? unrolledChain(of) : ""}
    return loss;`);
}

/** Probabilities against labels, four positions per iteration, each with its own accumulators. */
export function fourPositions(of: Of): Work {
  const { classes } = of;
  const position = (k: number): string => (k === 0 ? "i" : `(i + ${k})`);
  const values = (c: number): string => tree(4, (k) => `p[${indexOf(of, c, position(k))}]`);
  const label = (k: number): string => `const l${k} = t[i + ${k}];
    I4[${k * classes} + l${k}] += p[${indexOf(of, `l${k}`, position(k))}]; T4[${k * classes} + l${k}]++;`;
  return compile(`${arrays(of)}
    const I4 = new Float64Array(${4 * classes}), T4 = new Int32Array(${4 * classes}), end = n - n % 4;
    ${each(classes, (c) => `let P${c} = 0;`)}
    for (let i = 0; i < end; i += 4) {
      ${each(classes, (c) => `P${c} += ${values(c)};`)}
      ${each(4, label)}
    }
    for (let i = end; i < n; i++) {
      ${each(classes, (c) => `P${c} += p[${indexOf(of, c)}];`)}
      ${label(0)}
    }
    for (let c = 0; c < ${classes}; c++) {
      I[c] = ${tree(4, (k) => `I4[${k * classes} + c]`)};
      T[c] = ${tree(4, (k) => `T4[${k * classes} + c]`)};
    }
    ${each(classes, (c) => `P[${c}] = P${c};`)}
    ${finish(of)}
    return loss;`);
}

/** Softmax over more classes than there are registers, four of them per iteration. */
export function fourClasses(of: Of, { larger }: Choosing = BRANCHES): Work {
  const { classes } = of;
  const overFours = (body: string): string =>
    `for (let c = 0; c < ${classes}; c += 4) { ${each(4, (k) => `const i${k} = ${indexOf(of, `(c + ${k})`)};`)} ${body} }`;
  const values = (piece: (k: number) => string): string => each(4, piece);
  return compile(`${arrays(of)}
    for (let i = 0; i < n; i++) {
      let most = p[${indexOf(of, 0)}], sum = 0;
      ${overFours(
        `most = ${larger(
          "most",
          tree(4, (k) => `p[i${k}]`, larger),
        )};`,
      )}
      ${overFours(`
        ${values((k) => `const e${k} = expBelow(p[i${k}] - most); e[c + ${k}] = e${k};`)}
        sum += ${tree(4, (k) => `e${k}`)};`)}
      const scale = 1 / sum;
      ${overFours(
        values((k) => {
          const kept = of.gradient ? `g[i${k}] = a${k};` : "";
          const a = `const a${k} = e[c + ${k}] * scale; P[c + ${k}] += a${k}; ${kept}`;
          return isHot(of) ? `${a} I[c + ${k}] += a${k} * t[i${k}]; T[c + ${k}] += t[i${k}];` : a;
        }),
      )}
      ${isHot(of) ? "" : "I[t[i]] += e[t[i]] * scale; T[t[i]]++;"}
    }
    ${finish(of)}
    ${of.gradient ? chainLoop(of) : ""}
    return loss;`);
}

/** Softmax of two classes: a single exponential, of their difference. */
export function difference(of: Of): Work {
  const labels = isHot(of) ? `const b = t[i], c = t[n + i];` : "const c = t[i], b = 1 - c;";
  return compile(`${arrays(of)}
    let P1 = 0, I0 = 0, I1 = 0, T0 = 0, T1 = 0;
    for (let i = 0; i < n; i++) {
      const a = 1 / (1 + expTable(p[i] - p[n + i]));
      ${labels}
      P1 += a; I0 += (1 - a) * b; I1 += a * c; T0 += b; T1 += c;
    }
    P[0] = n - P1; P[1] = P1; I[0] = I0; I[1] = I1; T[0] = T0; T[1] = T1;
    ${finish(of)}
    return loss;`);
}

/** Adds the cost of a position's label: the logarithm of the sum of powers, minus its logit. */
const costOf = (of: Of, label: string, sum: string): string => `cost += Math.log(${sum}) + most - p[${indexOf(of, label)}];`;

const arrays = ({ classes }: Of): string =>
  `const n = p.length / ${classes};
   let cost = 0;
   ${["I", "P", "T", "e", "slope", "constant"].map((name) => `const ${name} = new Float64Array(${classes});`).join(" ")}`;

/** The loss and, for a gradient, the slopes of each class. */
const finish = ({ classes }: Of): string => `
    let loss = cost / n;
    for (let c = 0; c < ${classes}; c++) {
      const below = P[c] + T[c] + 1, dice = (2 * I[c] + 1) / below;
      loss += (1 - dice) / ${classes};
      slope[c] = -2 / below / ${classes};
      constant[c] = dice / below / ${classes};
    }`;

/** What cross-entropy adds to the gradient, from the probability and whether the class is the label. */
const costSlope = ({ crossEntropy }: Of, a: string, hot: string): string => (crossEntropy ? ` + (${a} - ${hot}) / n` : "");

/** The second loop: g holds the softmax, and becomes the gradient with respect to the logits. */
const chainLoop = (of: Of): string => {
  const at = indexOf(of, "c");
  const hot = isHot(of) ? `t[${at}]` : "Number(t[i] === c)";
  const slope = `(slope[c] * ${hot} + constant[c])`;
  return `for (let i = 0; i < n; i++) {
      let inner = 0;
      for (let c = 0; c < ${of.classes}; c++) inner += g[${at}] * ${slope};
      for (let c = 0; c < ${of.classes}; c++) g[${at}] = g[${at}] * (${slope} - inner)${costSlope(of, `g[${at}]`, hot)};
    }`;
};

const unrolledChain = (of: Of): string => {
  const { classes } = of;
  const hot = (k: number): string => (isHot(of) ? `t[${indexOf(of, k)}]` : `Number(label === ${k})`);
  return `${each(classes, (k) => `const slope${k} = slope[${k}], constant${k} = constant[${k}];`)}
    for (let i = 0; i < n; i++) {
      ${isHot(of) ? "" : "const label = t[i];"}
      ${each(classes, (k) => `const a${k} = g[${indexOf(of, k)}], h${k} = slope${k} * ${hot(k)} + constant${k};`)}
      const inner = ${tree(classes, (k) => `a${k} * h${k}`)};
      ${each(classes, (k) => `g[${indexOf(of, k)}] = a${k} * (h${k} - inner)${costSlope(of, `a${k}`, hot(k))};`)}
    }`;
};
