// Where a browser of this machine lies.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** The path of a command; throws with the Debian packages that hold it where there is none. */
export function find(command, packages) {
  const path = pathOf(command);
  if (!path) throw new Error(`${command} is not installed; on Debian: apt-get install ${packages}`);
  return path;
}

/** Installs the Debian packages of the commands that are not there, where root asks for it on Debian. */
export function installMissing(packagesOf) {
  const commands = Object.keys(packagesOf).filter((command) => !pathOf(command));
  if (commands.length === 0 || process.getuid?.() !== 0 || !pathOf("apt-get")) return;
  const packages = commands.map((command) => packagesOf[command]);
  const options = { env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" }, stdio: ["ignore", "ignore", "inherit"] };
  console.log(`installing ${packages.join(" ")}`);
  execFileSync("apt-get", ["update", "-qq"], options);
  execFileSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], options);
}

function pathOf(command) {
  return process.env.PATH.split(delimiter)
    .map((folder) => join(folder, command))
    .find((file) => existsSync(file));
}
