// A browser that puppeteer drives.
import { launch } from "puppeteer-core";
import { find } from "./find.mjs";

/** @param {"chrome" | "firefox"} kind */
export async function startPuppeteer(kind, command) {
  const isRoot = process.getuid?.() === 0;
  const args = kind === "chrome" && isRoot ? ["--no-sandbox"] : []; // as root Chromium starts without its sandbox alone
  const browser = await launch({ browser: kind, executablePath: find(command), args });
  let page;
  return {
    version: (await browser.version()).split("/")[1],
    async open(url) {
      await page?.close();
      page = await browser.newPage();
      await page.goto(url, { timeout: 0 }); // the caller has a limit of its own
    },
    /** A page beside the others. */
    async page(url) {
      const beside = await browser.newPage();
      await beside.goto(url);
      return beside;
    },
    close: () => browser.close(),
  };
}
