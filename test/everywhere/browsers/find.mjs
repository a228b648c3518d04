// Where a browser of this machine lies.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** The path of a command; where there is none, root on Debian first installs the packages that hold it. */
export function find(command, packages) {
  if (!pathOf(command) && process.getuid?.() === 0 && pathOf("apt-get")) install(packages.split(" "));
  const path = pathOf(command);
  if (!path) throw new Error(`${command} is not installed; on Debian: apt-get install ${packages}`);
  return path;
}

function pathOf(command) {
  return process.env.PATH.split(delimiter)
    .map((folder) => join(folder, command))
    .find((file) => existsSync(file));
}

function install(packages) {
  const options = { env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" }, stdio: ["ignore", "ignore", "inherit"] };
  console.log(`installing ${packages.join(" ")}`);
  execFileSync("apt-get", ["update", "-qq"], options);
  execFileSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], options);
}
