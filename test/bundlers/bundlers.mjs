// The bundlers: each makes one minified file for browsers from an entry, with the settings that its manual begins with.

import { basename, dirname } from "node:path";
import nodeResolve from "@rollup/plugin-node-resolve";
import terser from "@rollup/plugin-terser";
import { build as esbuild } from "esbuild";
import { rolldown } from "rolldown";
import { rollup } from "rollup";
import { build as vite } from "vite";
import webpack from "webpack";

/** Warnings count as failures: a user would see them. */
function refuse(warning) {
  throw new Error(`warning: ${warning.message ?? warning}`);
}

async function byVite(entry, file) {
  const quiet = { info() {}, clearScreen() {}, hasErrorLogged: () => false, hasWarned: false };
  const customLogger = { ...quiet, warn: refuse, warnOnce: refuse, error: refuse };
  await vite({
    root: dirname(entry),
    configFile: false,
    logLevel: "warn",
    customLogger,
    build: {
      outDir: dirname(file),
      emptyOutDir: false,
      modulePreload: false,
      rolldownOptions: { input: entry, output: { entryFileNames: basename(file) } },
    },
  });
}

async function byWebpack(entry, file) {
  const compiler = webpack({
    mode: "production",
    context: dirname(entry),
    entry,
    target: ["web", "es2022"],
    output: { path: dirname(file), filename: basename(file) },
    performance: false,
  });
  const stats = await new Promise((resolve, reject) => compiler.run((error, stats) => (error ? reject(error) : resolve(stats))));
  await new Promise((resolve) => compiler.close(resolve));
  const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
  for (const problem of [...errors, ...warnings]) refuse(problem);
}

async function byRollup(entry, file) {
  const bundle = await rollup({ input: entry, plugins: [nodeResolve({ browser: true }), terser()], onwarn: refuse });
  await bundle.write({ file, format: "es" });
  await bundle.close();
}

async function byRolldown(entry, file) {
  const bundle = await rolldown({ input: entry, platform: "browser", onwarn: refuse });
  await bundle.write({ file, format: "es", minify: true });
  await bundle.close();
}

async function byEsbuild(entry, file) {
  const { warnings } = await esbuild({
    entryPoints: [entry],
    outfile: file,
    bundle: true,
    minify: true,
    format: "esm",
    logLevel: "silent",
  });
  for (const warning of warnings) refuse(warning.text);
}

export const bundlers = [
  { name: "Vite", tool: "vite", bundle: byVite },
  { name: "webpack", tool: "webpack", bundle: byWebpack },
  { name: "Rollup", tool: "rollup", bundle: byRollup },
  { name: "Rolldown", tool: "rolldown", bundle: byRolldown },
  { name: "esbuild", tool: "esbuild", bundle: byEsbuild },
];
