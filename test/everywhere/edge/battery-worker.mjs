// Runs in workerd: the battery, and the first call of all. Copied beside battery.mjs and bundled.
async function first() {
  const { diceLoss } = await import("dice-wasm");
  return diceLoss([0.9, 0.2, 0.8], [1, 0, 1]);
}

async function battery() {
  const { runBattery } = await import("./battery.mjs");
  return runBattery(await import("dice-wasm"));
}

const answers = { "/": () => 0, "/empty": () => import("./nothing.mjs"), "/first": first, "/battery": battery };

export default {
  async fetch(request) {
    try {
      return Response.json(await answers[new URL(request.url).pathname]());
    } catch (error) {
      return new Response(error.stack, { status: 500 });
    }
  },
};
