// Cloudflare's workerd: a worker is bundled as wrangler bundles it, and served on a port of the loopback that is free.
import { spawn, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { build } from "esbuild";
import { listening } from "./listening.mjs";

const binary = (tools) => join(tools, ".bin/workerd");

/** The version, which is the last date of compatibility that it knows. */
export function workerdVersion(tools) {
  const { stdout, error } = spawnSync(binary(tools), ["--version"], { encoding: "utf8" });
  if (error) throw error;
  return stdout.trim().replace("workerd ", "");
}

/** As wrangler: the .wasm stays a module of its own beside the script, and is compiled before the script runs. */
function compiledWasm(outdir, found) {
  return {
    name: "CompiledWasm",
    setup({ onResolve }) {
      onResolve({ filter: /\.wasm(\?module)?$/ }, async ({ path, resolveDir }) => {
        const name = basename(path).replace("?module", "");
        await copyFile(join(resolveDir, path.replace("?module", "")), join(outdir, name));
        found.add(name);
        return { path: `./${name}`, external: true };
      });
    },
  };
}

/**
 * Bundles a worker, and writes the configuration of workerd beside it.
 * @param entry the file of the worker
 * @param outdir an empty directory for the bundle
 * @param compatibilityDate as in wrangler.jsonc
 * @param conditions wrangler's, unless told
 * @returns the path of the configuration
 */
export async function bundleWorker(entry, outdir, compatibilityDate, conditions = ["workerd", "worker", "browser"]) {
  const wasm = new Set();
  const { metafile } = await build({
    entryPoints: [entry],
    outdir,
    bundle: true,
    splitting: true, // so that a dynamic import is one in the runtime too
    format: "esm",
    target: "es2022",
    conditions,
    plugins: [compiledWasm(outdir, wasm)],
    metafile: true,
    logLevel: "warning",
  });
  const outputs = Object.entries(metafile.outputs);
  const [main] = outputs.find(([, { entryPoint }]) => entryPoint && basename(entryPoint) === basename(entry));
  const scripts = outputs.map(([path]) => path).sort((a, b) => Number(b === main) - Number(a === main));
  const modules = [
    ...scripts.map((path) => ({ name: relative(outdir, path), kind: "esModule" })),
    ...[...wasm].map((name) => ({ name, kind: "wasm" })),
  ];
  const config = join(outdir, "workerd.capnp");
  writeFileSync(config, describe(modules, compatibilityDate));
  return config;
}

/** The heap is held below the 128 MB of Cloudflare: left to itself it would first grow, and what leaks could not be told. */
function describe(modules, compatibilityDate) {
  const list = modules.map(({ name, kind }) => `(name = "${name}", ${kind} = embed "${name}")`);
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (compatibilityDate = "${compatibilityDate}", modules = [${list.join(", ")}]))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
  v8Flags = ["--max-heap-size=64"],
);
`;
}

/** Serves a bundled worker; see {@link listening}. */
export function serveWorker(tools, config) {
  const child = spawn(binary(tools), ["serve", "--control-fd=3", config], {
    cwd: dirname(config),
    stdio: ["ignore", "ignore", "pipe", "pipe"],
  });
  return listening(child, child.stdio[3], (line) => {
    const { event, socket, port } = JSON.parse(line);
    return event === "listen" && socket === "http" ? port : undefined;
  });
}
