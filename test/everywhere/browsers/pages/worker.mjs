// A module worker that does the task named in its address.
import { attempt } from "./tasks.mjs";

postMessage(await attempt(self.location.search.slice(1)));
