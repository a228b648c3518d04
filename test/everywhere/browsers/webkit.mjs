// WebKitGTK's small browser on a display of its own, driven by plain WebDriver calls.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../tools.mjs";
import { find } from "./find.mjs";

const PATIENCE = 30_000; // ms for each to start
const GRACE = 3_000; // ms for all to end

export async function startWebKit() {
  const children = [];
  const start = (command, args, options) => {
    // at the head of a process group, to which all that it starts belongs
    const child = spawn(find(command), args, { ...options, detached: true });
    children.push(child);
    return child;
  };
  try {
    const display = await startDisplay(start);
    const { end, ...session } = await startSession(await startDriver(start, display));
    const close = async () => {
      await end().catch(() => {}); // what does not end is killed
      await stop(children);
    };
    return { ...session, close };
  } catch (error) {
    await stop(children);
    throw error;
  }
}

/** An X server, which chooses a free display and prints its number. */
async function startDisplay(start) {
  const args = ["-displayfd", "1", "-screen", "0", "1024x768x24", "-nolisten", "tcp"];
  const server = start("Xvfb", args, { stdio: ["ignore", "pipe", "ignore"] });
  const [number] = await started("Xvfb", server, once(createInterface(server.stdout), "line"));
  return `:${number}`;
}

/** The driver; gives the function that calls it. */
async function startDriver(start, DISPLAY) {
  const port = await freePort();
  const options = { env: { ...process.env, DISPLAY }, stdio: "ignore" };
  const driver = start("WebKitWebDriver", [`--port=${port}`], options);
  const call = async (method, path, body) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, body: body && JSON.stringify(body) });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`WebKitWebDriver, ${method} ${path}: ${value.message || value.error}`);
    return value;
  };
  const isReady = () => call("GET", "/status").catch(() => ({ ready: false })); // it does not listen yet
  const becomesReady = async () => {
    while (driver.exitCode === null && !(await isReady()).ready) await sleep(50);
  };
  await started("WebKitWebDriver", driver, becomesReady());
  return call;
}

async function startSession(call) {
  const wanted = { browserName: "MiniBrowser", "webkitgtk:browserOptions": { args: ["--automation"] } };
  const { sessionId, capabilities } = await call("POST", "/session", { capabilities: { alwaysMatch: wanted } });
  return {
    version: capabilities.browserVersion,
    open: (url) => call("POST", `/session/${sessionId}/url`, { url }),
    end: () => call("DELETE", `/session/${sessionId}`),
  };
}

/** Waits until a process has started, and throws where it ends before or takes too long. */
function started(name, child, sign) {
  const ended = once(child, "exit").then(([code]) => Promise.reject(new Error(`${name} ended at once with ${code}`)));
  const late = sleep(PATIENCE, undefined, { ref: false }).then(() => Promise.reject(new Error(`${name} did not start`)));
  return Promise.race([sign, ended, late]);
}

/** Ends processes and all that they have started. */
async function stop(children) {
  signal(children, "SIGTERM");
  const timer = setTimeout(signal, GRACE, children, "SIGKILL");
  await Promise.all(children.map((child) => child.exitCode ?? child.signalCode ?? once(child, "exit")));
  clearTimeout(timer);
  signal(children, "SIGKILL"); // what they have left behind
}

function signal(children, name) {
  for (const { pid } of children) {
    try {
      process.kill(-pid, name);
    } catch {} // it has ended
  }
}
