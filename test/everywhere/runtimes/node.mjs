// Every Node that is supported: the one that runs this, and the others from their npm packages.
import { join } from "node:path";
import { commandLine } from "../command-line.mjs";

const own = process.versions.node.split(".")[0];

export default ["20", "22", "24", "26"].map((major) =>
  commandLine({
    name: `Node ${major}`,
    engine: "V8",
    command: (tools) => (major === own ? process.execPath : join(tools, `node${major}/bin/node`)),
  }),
);
