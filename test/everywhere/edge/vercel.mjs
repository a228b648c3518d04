// Vercel's edge-runtime: a script is bundled as Next.js bundles it, and runs where no WebAssembly is compiled from bytes.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { build } from "esbuild";

/** The package, from the folder of the tools. */
export function loadEdgeRuntime(tools) {
  const require = createRequire(join(tools, "tools.js"));
  return { ...require("edge-runtime"), version: require("edge-runtime/package.json").version };
}

/** As Next.js and Vercel: the .wasm becomes a global variable, which the host compiles and sets before the script runs. */
function globalWasm(found) {
  return {
    name: "wasm-global",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /\.wasm\?module$/ }, ({ path, resolveDir }) => {
        const file = join(resolveDir, path.replace("?module", ""));
        const global = `wasm_${found.size}`;
        found.set(global, file);
        return { path: global, namespace: "wasm-global" };
      });
      onLoad({ filter: /.*/, namespace: "wasm-global" }, ({ path }) => ({ contents: `export default ${path};` }));
    },
  };
}

/**
 * Bundles a module into a script that sets one global variable to its exports.
 * @param entry the file of the module
 * @param globalName the variable
 * @param conditions those of Vercel, unless told
 * @returns the script, and by global variable the .wasm files that it wants
 */
export async function bundleScript(entry, globalName, conditions = ["edge-light", "worker", "browser"]) {
  const wasm = new Map();
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "iife",
    globalName,
    target: "es2022",
    conditions,
    plugins: [globalWasm(wasm)],
    logLevel: "warning",
  });
  return { code: outputFiles[0].text, wasm };
}

/**
 * A runtime that holds modules compiled by the host, in the host's realm as with Next.js, and refuses to compile more. By
 * itself edge-runtime would allow it: what Vercel forbids in production is forbidden here by `codeGeneration`.
 */
export function createRuntime({ EdgeRuntime }, { wasm }) {
  const compiled = [...wasm].map(([global, file]) => [global, new WebAssembly.Module(readFileSync(file))]);
  return new EdgeRuntime({
    codeGeneration: { strings: false, wasm: false },
    extend: (context) => Object.assign(context, Object.fromEntries(compiled)),
  });
}

/** Serves a script on a port that is free: `handler` is what answers a Request, as an expression. */
export async function serveScript(edge, script, handler) {
  const runtime = createRuntime(edge, script);
  runtime.evaluate(script.code);
  runtime.evaluate(`addEventListener("fetch", (event) => event.respondWith(${handler}(event.request)))`);
  const { url, close } = await edge.runServer({ runtime, host: "127.0.0.1", port: 0 });
  return { url: url.replace(/\/$/, ""), stop: close };
}
