// Checks that are counted: each passes or throws, all are tried, and the last line says how many did what.
let passed = 0;
let failed = 0;

/** Does one check; gives what it gives, or nothing where it failed. */
export async function check(name, work) {
  try {
    const value = await work();
    passed++;
    console.log(`ok    ${name}`);
    return value;
  } catch (error) {
    failed++;
    console.log(`FAIL  ${name}\n${String(error.message ?? error).replace(/^/gm, "      ")}`);
    return undefined;
  }
}

/** Throws what is wrong unless it holds. */
export function expect(holds, wrong) {
  if (!holds) throw new Error(wrong);
}

/** The closing line, and the exit code. */
export function close() {
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
}
