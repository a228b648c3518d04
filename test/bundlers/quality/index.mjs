// The quality of the package, of the tarball as it would be published.
import { close } from "../checks.mjs";
import { installTools, makeApp } from "../room.mjs";

installTools();
const [{ checkManifest }, { checkTypes }, { checkDocs }, { checkMaps }, { checkWorkflows }] = await Promise.all([
  import("./manifest.mjs"),
  import("./types.mjs"),
  import("./docs.mjs"),
  import("./maps.mjs"),
  import("./workflows.mjs"),
]);
const { app, tarball, installed } = makeApp();
await checkManifest(app, tarball);
await checkTypes(app);
await checkDocs(installed);
await checkMaps(app, installed);
await checkWorkflows();
close();
