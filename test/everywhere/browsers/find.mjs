// Where a browser of this machine lies.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** The path of a command; throws with the Debian packages that hold it where there is none. */
export function find(command, packages) {
  const path = process.env.PATH.split(delimiter)
    .map((folder) => join(folder, command))
    .find((file) => existsSync(file));
  if (!path) throw new Error(`${command} is not installed; on Debian: apt-get install ${packages}`);
  return path;
}
