// Where a browser of this machine lies.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** The commands of browsers, and of what drives them, with the Debian packages that hold them. */
const PACKAGES = {
  chromium: "chromium",
  "firefox-esr": "firefox-esr",
  WebKitWebDriver: "webkit2gtk-driver",
  Xvfb: "xvfb",
};

/** The path of a command; throws with its Debian package where there is none. */
export function find(command) {
  const path = pathOf(command);
  if (!path) throw new Error(`${command} is not installed; on Debian: apt-get install ${PACKAGES[command]}`);
  return path;
}

/** Installs the packages of the commands that are not there, where root asks for it on Debian. */
export function installMissing(commands) {
  const packages = commands.filter((command) => !pathOf(command)).map((command) => PACKAGES[command]);
  if (packages.length === 0 || process.getuid?.() !== 0 || !pathOf("apt-get")) return;
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
