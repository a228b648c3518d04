import { describe, expect, test } from "vitest";

const LIMIT = 8 * 2 ** 20;
const { score } = await import(new URL("../examples/edge/score.js", import.meta.url).href);

/** A body that gives its chunks one by one, and counts how many were asked for. */
function streamOf(chunks: Iterable<Uint8Array>) {
  const iterator = chunks[Symbol.iterator]();
  const asked = { chunks: 0, cancelled: false };
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const { done, value } = iterator.next();
        if (done) return controller.close();
        asked.chunks++;
        controller.enqueue(value);
      },
      cancel() {
        asked.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, asked };
}

async function post(body: BodyInit | null, query = "", headers: Record<string, string> = {}) {
  const init = { method: "POST", body, headers, duplex: "half" } as RequestInit;
  const response: Response = await score(new Request(`http://edge/${query}`, init));
  return { status: response.status, ...((await response.json()) as Record<string, unknown>) };
}

const prediction = Float32Array.of(0.9, 0.2, 0.8, 0.1);
const body = async (...parts: BlobPart[]) => new Uint8Array(await new Blob(parts).arrayBuffer());
const whole = await body(prediction, Uint8Array.of(1, 0, 1, 0));

describe("the edge example", () => {
  test("scores a mask, however its bytes are cut", async () => {
    const due = { status: 200, dice: expect.closeTo(0.88, 6), loss: expect.closeTo(0.12, 6), jaccard: expect.closeTo(9 / 11, 6) };
    expect(await post(whole)).toEqual(due);
    for (const size of [1, 3, 7, 19]) {
      // each chunk begins where no float could: behind one byte of an array of its own
      const chunks = Array.from({ length: Math.ceil(20 / size) }, (_, i) => {
        const chunk = whole.subarray(size * i, size * (i + 1));
        const room = new Uint8Array(chunk.length + 1);
        room.set(chunk, 1);
        return room.subarray(1);
      });
      expect(await post(streamOf(chunks).stream), `${size}`).toEqual(due);
    }
  });

  test("takes a label map by the shape, in both layouts", async () => {
    const labels = await body(prediction, Uint8Array.of(0, 1));
    const first = await post(labels, "?shape=1,2,2");
    expect(first).toMatchObject({ status: 200, dice: expect.closeTo(((2 * 0.9 + 1) / 3.1 + (2 * 0.1 + 1) / 2.9) / 2, 6) });
    const last = await body(Float32Array.of(0.9, 0.8, 0.2, 0.1), Uint8Array.of(0, 1));
    expect(await post(last, "?shape=1,2,2&layout=channels-last")).toEqual(first);
  });

  test("passes on what the indices take", async () => {
    const due = await post(whole, "?smooth=0");
    expect(due).toMatchObject({ status: 200, dice: expect.closeTo((2 * 1.7) / 4, 6) });
    expect(await post(whole, "?smooth=0&squared=true")).toMatchObject({ dice: expect.closeTo((2 * 1.7) / (1.5 + 2), 6) });
    const labels = await body(prediction, Uint8Array.of(0, 1));
    const foreground = await post(labels, "?shape=1,2,2&includeBackground=false&smooth=0");
    expect(foreground).toMatchObject({ status: 200, dice: expect.closeTo((2 * 0.1) / 1.9, 6) });
  });

  test("refuses with the library's reason", async () => {
    expect(await post(whole.subarray(0, 19))).toEqual({
      status: 400,
      error: '"target" expected length 3 (as "prediction"), got 7',
    });
    expect(await post(whole, "?threshold=high")).toMatchObject({
      status: 400,
      error: '"threshold" expected a number, got "high"',
    });
    expect(await post(whole, "?smoth=1")).toEqual({
      status: 400,
      error: expect.stringMatching(/^"query" expected shape, .*, got "smoth"$/),
    });
    expect(await post(null)).toMatchObject({ status: 400, error: expect.stringContaining("got 0 bytes") });
    expect((await score(new Request("http://edge/"))).status).toBe(405);
  });

  test("says where a NaN or a logit is", async () => {
    const numbers = await body(Float32Array.of(0.5, 0.5, Number.NaN, 0.5), Uint8Array.of(1, 0, 1, 0));
    expect(await post(numbers)).toMatchObject({ status: 400, error: expect.stringContaining("got NaN at 2") });
    const logits = await body(Float32Array.of(5, -3, 8, -9), Uint8Array.of(1, 0, 1, 0));
    expect(await post(logits)).toMatchObject({ status: 400, error: expect.stringContaining("got 5 at 0") });
    expect(await post(logits, "?activation=sigmoid")).toMatchObject({ status: 200 });
    const likely = await body(Float32Array.of(0.5, 3, -2, 0.4), Uint8Array.of(1, 0, 1, 1)); // whose Dice is that of probabilities
    expect(await post(likely)).toMatchObject({ status: 400, error: expect.stringContaining("got 3 at 1") });
  });

  test("reads nothing of what was declared too large, and no more than the limit of what was not declared", async () => {
    const declared = streamOf([whole]);
    expect((await post(declared.stream, "", { "content-length": `${LIMIT + 1}` })).status).toBe(413);
    expect(declared.asked.chunks).toBe(0);

    const endless = streamOf(
      (function* () {
        for (;;) yield new Uint8Array(2 ** 20);
      })(),
    );
    expect((await post(endless.stream)).status).toBe(413);
    expect(endless.asked).toEqual({ chunks: 9, cancelled: true });
  });

  test("takes the largest body that it allows", async () => {
    const positions = Math.floor(LIMIT / 5);
    const largest = await body(new Float32Array(positions).fill(1), new Uint8Array(positions).fill(1));
    expect(await post(streamOf([largest.subarray(0, 5), largest.subarray(5)]).stream)).toMatchObject({ status: 200, dice: 1 });
  });
});
