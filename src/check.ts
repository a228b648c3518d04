// Every error is thrown here, except a host's own, which are passed on: a TypeError for the wrong kind or a RangeError
// for the wrong value, always as `"name" expected …, got …`.

/** Throws for an argument or option of the wrong kind. */
export function wrongKind(name: string, expected: string, got: unknown): never {
  throw new TypeError(`"${name}" expected ${expected}, got ${describe(got)}`);
}

/** Throws for an argument or option of the right kind but with a wrong value. */
export function wrongValue(name: string, expected: string, got: unknown): never {
  wrongContent(name, expected, describe(got));
}

/** The same where what came is told in a few words. */
export function wrongContent(name: string, expected: string, got: string): never {
  throw new RangeError(`"${name}" expected ${expected}, got ${got}`);
}

/** Throws where a host does not compile or instantiate the module. */
export function cannotStart(cause: unknown): never {
  throw new Error(
    "dice-wasm could not start WebAssembly: it needs Chrome 115 (in a worker 91), Firefox 89, Safari 16.4 or newer; a page " +
      "with a Content-Security-Policy must allow 'wasm-unsafe-eval' in script-src; on an edge runtime the bundler must resolve the " +
      'condition "workerd" or "edge-light".',
    { cause },
  );
}

/** A value in a few words: its kind, and its content if that is short. */
function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return value.name ? `the function ${value.name}` : "a function";
  if (typeof value !== "object" || value === null) return String(value);
  const kind = kindOf(value);
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    const length = (value as { length?: number }).length;
    return length === undefined ? kind : `${kind}(${length})`;
  }
  if (kind !== "Object") return kind;
  if (isPlain(value)) return "a plain object";
  const { name } = value.constructor ?? {};
  return name && name !== "Object" ? `an object of class ${name}` : "an object that inherits from another";
}

/** Whether it is an object as written { … }, in whatever realm, and not one of a class, whose getters a copy would miss. */
export function isPlain(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  // the last is the Object.prototype of another realm
  return prototype === Object.prototype || prototype === null || Object.hasOwn(prototype, "isPrototypeOf");
}

// that of %TypedArray%, which tells what an array is and not what its class says
const { get: typedKind } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag) as {
  get(): string | undefined;
};

/** "Float32Array", "Array", "Object" …, whatever the realm of the value. */
export function kindOf(value: unknown): string {
  return typedKind.call(value) ?? Object.prototype.toString.call(value).slice(8, -1);
}

/** Checks the options themselves: undefined, or a plain object whose names are all in one of the lists. Returns a copy. */
export function checkOptions<Options extends object>(
  options: unknown,
  caller: string,
  ...lists: readonly (readonly string[])[]
): Options {
  return options === undefined ? ({} as Options) : checkNames("options", options, caller, ...lists);
}

/**
 * The same for any plain object. The copy is complete: V8 takes 0.1 µs to miss a name in an object made by spreading
 * another, and a call looks up twenty.
 */
export function checkNames<Named extends object>(
  called: string,
  value: unknown,
  caller: string,
  ...lists: readonly (readonly string[])[]
): Named {
  if (!isPlain(value)) wrongKind(called, "a plain object", value);
  const given = { ...(value as Named) };
  for (const name of Object.keys(given)) {
    if (!lists.some((known) => known.includes(name))) refuseName(called, name, lists.flat(), caller);
  }
  return given;
}

function refuseName(called: string, name: string, known: readonly string[], caller: string): never {
  const bare = (each: string): string => each.replaceAll("_", "").toLowerCase();
  const meant = known.find((each) => bare(each) === bare(name)); // include_background, as the peers write it
  const knows = `${meant ? `did you mean "${meant}"? I` : "i"}t knows ${known.join(", ")}`;
  throw new TypeError(`"${called}" expected the names that ${caller} knows, got ${describe(name)} (${knows})`);
}

/** Refuses a third argument behind an Overlap, whose options are the second. */
export function refuseLate(options: unknown): void {
  if (options !== undefined) wrongKind("options", "to be the second argument, behind an Overlap", options);
}

/** Throws for what is no number, or not an expected one. */
export function refuseNumber(name: string, value: unknown, expected: string): never {
  if (typeof value !== "number") wrongKind(name, "a number", value);
  wrongValue(name, expected, value);
}

/** A finite number, 0 or more. */
export function checkAmount(name: string, value: unknown, fallback: number): number {
  if (value === undefined) return fallback;
  return isAmount(value) ? value : refuseAmount(name, value);
}

/** Throws for what is no finite number of 0 or more. */
export function refuseAmount(name: string, value: unknown): never {
  refuseNumber(name, value, "a finite number of 0 or more");
}

/** Whether it is a finite number, 0 or more. */
export function isAmount(value: unknown): value is number {
  return Number.isFinite(value) && (value as number) >= 0;
}

/** A share, from 0 to 1. */
export function checkShare<F extends number | undefined>(
  name: string,
  value: unknown,
  fallback: F,
  expected = "a number from 0 to 1",
): number | F {
  if (value === undefined) return fallback;
  if (isAmount(value) && value <= 1) return value;
  refuseNumber(name, value, expected);
}

/** The option `empty`: a share, or NaN. */
export function checkEmpty(value: unknown, fallback: number): number {
  if (Number.isNaN(value)) return Number.NaN;
  return checkShare("empty", value, fallback, "a number from 0 to 1, or NaN to leave it out");
}

/** true or false. */
export function checkFlag(name: string, value: unknown, fallback: boolean): boolean {
  if (value === undefined) return fallback;
  if (typeof value !== "boolean") wrongKind(name, "true or false", value);
  return value;
}

/** One of a few words, the first by default. */
export function checkWord<Word extends string>(name: string, value: unknown, words: readonly [Word, ...Word[]]): Word {
  if (value === undefined) return words[0];
  if (words.includes(value as Word)) return value as Word;
  const expected = words.map((word) => `"${word}"`).join(" or ");
  if (typeof value !== "string") wrongKind(name, expected, value);
  wrongValue(name, expected, value);
}

/** Whether it is a whole number, `least` or more. */
export function isCount(value: unknown, least: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least;
}

/** A whole number, `least` or more. */
export function checkCount(name: string, value: unknown, least: number): number {
  if (isCount(value, least)) return value;
  refuseNumber(name, value, `a whole number of ${least} or more`);
}
