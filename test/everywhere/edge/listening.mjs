// A server in a process of its own, which is stopped whatever happens.
import { once } from "node:events";
import { createInterface } from "node:readline";

const PATIENCE = 20_000; // ms

/**
 * Waits until a server says on which port it listens.
 * @param child its process, which is stopped where it never listens, and when this process ends at the latest
 * @param lines the stream in which it says so
 * @param portOf the port in a line, or undefined
 * @returns where it listens, the id of its process, and how to stop it
 */
export async function listening(child, lines, portOf) {
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const gone = once(child, "exit").finally(() => process.off("exit", kill));
  const stop = async () => {
    kill();
    await gone;
  };
  let said = "";
  child.stderr.on("data", (text) => {
    said += text;
  });
  const timer = setTimeout(kill, PATIENCE);
  try {
    const port = await Promise.race([findPort(lines, portOf), gone.then(() => undefined)]);
    if (port === undefined) throw new Error(`${child.spawnfile} did not listen: ${said.trim() || "it gave no reason"}`);
    return { url: `http://127.0.0.1:${port}`, pid: child.pid, stop };
  } catch (error) {
    await stop().catch(() => {}); // the first error is the one to tell
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function findPort(lines, portOf) {
  for await (const line of createInterface({ input: lines })) {
    const port = portOf(line);
    if (port !== undefined) {
      lines.resume(); // a pipe that nobody reads would block the server
      return port;
    }
  }
}
