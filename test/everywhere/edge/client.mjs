// Sends requests over the loopback and compares every answer with the one that was due.
import { once } from "node:events";
import { Agent, request as open } from "node:http";
import { json } from "node:stream/consumers";
import { LIMIT } from "./requests.mjs";

const FIRST = new Uint8Array(2 ** 16);
const TOO_MANY = new Uint8Array(LIMIT + 1);

/** Sends one request and returns its answer. */
async function send(url, agent, { method = "POST", search, body, chunks, declared, endless }) {
  const headers = {};
  if (declared) headers["content-length"] = declared;
  else if (body && !chunks && !endless) headers["content-length"] = body.length;
  const outgoing = open(`${url}/?${search ?? ""}`, { method, agent, headers, signal: AbortSignal.timeout(30_000) });
  const answered = once(outgoing, "response");
  answered.catch(() => {}); // awaited below
  // these two do not end: they must be refused for what was declared, and for the first byte beyond the limit
  if (declared) outgoing.write(FIRST);
  else if (endless) outgoing.write(TOO_MANY);
  else if (chunks) await writeChunks(outgoing, body, chunks);
  else outgoing.end(body);
  const [incoming] = await answered;
  const answer = await json(incoming);
  if (!outgoing.writableEnded) outgoing.destroy();
  return { status: incoming.statusCode, answer };
}

async function writeChunks(outgoing, body, next) {
  for (let start = 0; start < body.length; ) {
    const end = start + 1 + Math.floor(next() * (body.length / 4 + 7));
    outgoing.write(body.subarray(start, end));
    start = end;
    await new Promise(setImmediate);
  }
  outgoing.end();
}

/** Throws where the answer is not the one that was due. */
function check({ status: due, scores, reason }, { status, answer }) {
  if (status !== due) throw new Error(`status ${status} for ${due}: ${JSON.stringify(answer)}`);
  if (reason !== undefined && !answer.error?.includes(reason)) throw new Error(`"${answer.error}" for "${reason}"`);
  for (const [name, value] of Object.entries(scores ?? {})) {
    if (!(Math.abs(answer[name] - value) <= 1e-6)) throw new Error(`${name} ${answer[name]} for ${value}`);
  }
}

/**
 * Sends all requests, so many at a time.
 * @returns how many were answered as they should be: all, or else an error names the first that was not
 */
export async function sendAll(url, requests, concurrency) {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  let sent = 0;
  const sender = async () => {
    while (sent < requests.length) {
      const index = sent++;
      const request = requests[index];
      try {
        check(request, await send(url, agent, request));
      } catch (error) {
        sent = requests.length; // the others stop as well
        const { method = "POST", search = "", body, status, reason = "scores" } = request;
        const what = `${method} ?${search} of ${body?.length} bytes, due ${status} ${reason}`;
        throw new Error(`request ${index} (${what}): ${error.message}`, { cause: error });
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: concurrency }, sender));
    return requests.length;
  } finally {
    agent.destroy();
  }
}
