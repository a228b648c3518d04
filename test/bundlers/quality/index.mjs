// The quality of the package, of the tarball as it would be published.
import { installTools } from "../../tools.mjs";
import { close } from "../checks.mjs";
import { here, makeApp } from "../room.mjs";

installTools(here);
const [{ checkManifest }, { checkTypes }, { checkCompletions }, { checkDocs }, { checkMaps }, { checkWorkflows }] =
  await Promise.all([
    import("./manifest.mjs"),
    import("./types.mjs"),
    import("./completions.mjs"),
    import("./docs.mjs"),
    import("./maps.mjs"),
    import("./workflows.mjs"),
  ]);
const { app, tarball, installed } = makeApp();
await checkManifest(app, tarball);
await checkTypes(app);
await checkCompletions(app);
await checkDocs(installed);
await checkMaps(app, installed);
await checkWorkflows();
close();
