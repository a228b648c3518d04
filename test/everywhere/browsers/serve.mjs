// A static server on the loopback that sends one Content-Security-Policy with every file, and takes what a page posts.
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";

const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".mjs": "text/javascript" };

/**
 * @param {Record<string, string>} folders which folder lies behind the first part of a path
 * @param {string} policy
 */
export async function serve(folders, policy) {
  const headers = {
    "Content-Security-Policy": policy,
    "Cache-Control": "no-store",
    // both together give a page the finer clock
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
  };
  const missing = new Set();
  let take;

  async function answer(request, response) {
    const { pathname } = new URL(request.url, "http://127.0.0.1"); // which takes every ".." out
    if (request.method === "POST") {
      take?.(JSON.parse(Buffer.concat(await request.toArray()).toString()));
      return response.writeHead(204, headers).end();
    }
    const [, first, ...rest] = pathname.split("/");
    const type = TYPES[extname(pathname)];
    const content = type && folders[first] && (await readFile(join(folders[first], ...rest)).catch(() => undefined));
    if (!content) missing.add(pathname);
    response.writeHead(content ? 200 : 404, { ...headers, "Content-Type": type ?? "text/plain" }).end(content);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error) => response.destroy(error));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    /** The next thing that a page posts. */
    posted: () =>
      new Promise((resolve) => {
        take = resolve;
      }),
    /** The paths that were asked for in vain. */
    missing,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
