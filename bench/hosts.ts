// Hosts other than this Node: the same makers, in processes of theirs.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { type Answering, Child } from "./child.ts";

export interface Host {
  readonly name: string;
  readonly engine: "V8" | "JavaScriptCore";
  /** A maker in a process of its own. */
  maker(): Answering;
  end(): Promise<void>;
}

const BUN = fileURLToPath(new URL("rivals/node_modules/.bin/bun", import.meta.url));
const BROWSERS = new URL("../test/everywhere/browsers/", import.meta.url);

/** The hosts that are installed; reports those that are not. */
export async function hosts(): Promise<readonly Host[]> {
  return [bun(), await chromium().catch(skipped("Chromium"))].filter((host) => host !== undefined);
}

/** Bun, installed with the libraries of rivals/. */
function bun(): Host | undefined {
  const { status, stdout } = spawnSync(BUN, ["--version"], { encoding: "utf8" });
  if (status !== 0) return skipped("Bun")("it is not in bench/rivals");
  return {
    name: `Bun ${stdout.trim()}`,
    engine: "JavaScriptCore",
    maker: () => new Child("./maker-process.ts", BUN),
    end: async () => {},
  };
}

/** A page of puppeteer. */
interface Page {
  evaluate(script: string): Promise<unknown>;
  close(): Promise<void>;
}

/** Chromium, driven as by the tests, with what they install. */
async function chromium(): Promise<Host> {
  const { startPuppeteer } = await import(new URL("puppeteer.mjs", BROWSERS).href);
  const { serve } = await import(new URL("serve.mjs", BROWSERS).href);
  const folder = mkdtempSync(join(tmpdir(), "dice-wasm-page-"));
  await bundle(folder);
  const server = await serve({ bench: folder }, "default-src 'self' 'unsafe-eval'");
  const browser = await startPuppeteer("chrome", "chromium");
  return {
    name: `Chromium ${browser.version}`,
    engine: "V8",
    maker: () => new PageMaker(browser.page(`${server.origin}/bench/index.html`)),
    async end() {
      await browser.close();
      server.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** The maker as a script of a page, which names it `maker`. */
async function bundle(folder: string): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(new URL("maker.ts", import.meta.url))],
    outfile: join(folder, "maker.js"),
    bundle: true,
    format: "iife",
    globalName: "maker",
    logLevel: "error",
  });
  writeFileSync(join(folder, "index.html"), '<!doctype html><title>maker</title><script src="maker.js"></script>\n');
}

class PageMaker implements Answering {
  private readonly page: Promise<Page>;

  constructor(page: Promise<Page>) {
    this.page = page;
  }

  async ask<Answer>(question: unknown): Promise<Answer> {
    const page = await this.page;
    return (await page.evaluate(`maker.answer(${JSON.stringify(question)})`)) as Answer;
  }

  async end(): Promise<void> {
    await (await this.page).close();
  }
}

const skipped =
  (name: string) =>
  (reason: unknown): undefined => {
    console.log(`${name} is skipped: ${reason instanceof Error ? reason.message : reason}.`);
  };
