// Vercel's edge-runtime, through the door of the condition "edge-light".
//
// It proves that the bundle needs no more than the globals of that runtime, that dice.wasm works as a module compiled in
// another realm, and (by a setting that is not its default) that nothing is compiled from bytes. The engine is that of the
// Node that runs this; Vercel's own machines are not here, nor is its bundler, whose treatment of .wasm is imitated.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { median } from "../../tools.mjs";
import { bundleScript, createRuntime, loadEdgeRuntime } from "../edge/vercel.mjs";

export default { name: "edge-runtime", run };

async function run({ app, tools }) {
  const edge = loadEdgeRuntime(tools);
  const entry = join(app, "dice.mjs");
  await writeFile(entry, 'export * from "dice-wasm";\n');
  mustRefuseBytes(edge, await bundleScript(entry, "dice", []));

  const dice = await bundleScript(entry, "dice");
  if (dice.wasm.size !== 1) throw new Error('the condition "edge-light" did not lead to an import of dice.wasm');
  const battery = await bundleScript(join(app, "battery.mjs"), "battery");
  const starts = Array.from({ length: 5 }, () => timeFirst(edge, dice));
  const runtime = createRuntime(edge, dice);
  runtime.evaluate(dice.code);
  runtime.evaluate(battery.code);
  const { cases, digest, hashes } = await runtime.evaluate("battery.runBattery(dice)");
  const version = `${edge.version} (Node ${process.versions.node})`;
  return { version, engine: "V8", cases, digest, hashes: [...hashes], coldStart: median(starts) };
}

const FIRST = "dice.diceLoss([0.9, 0.2, 0.8], [1, 0, 1])";

/** Were bytes compiled here, the door would prove nothing. */
function mustRefuseBytes(edge, dice) {
  const runtime = createRuntime(edge, dice);
  runtime.evaluate(dice.code);
  const reason = runtime.evaluate(`try { String(${FIRST}) } catch (error) { error.message }`);
  if (!reason.includes('the condition "workerd" or "edge-light"')) throw new Error(`of the inlined bytes: ${reason}`);
}

/** The script and its first call in a new context, dice.wasm compiled before, as on Vercel. */
function timeFirst(edge, dice) {
  const runtime = createRuntime(edge, dice);
  const start = performance.now();
  runtime.evaluate(dice.code);
  runtime.evaluate(FIRST);
  return performance.now() - start;
}
