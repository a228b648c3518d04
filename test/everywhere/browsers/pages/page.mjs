// A page that does the task named in its address and tells the server what came of it.
import { attempt } from "./tasks.mjs";

const outcome = await attempt(location.search.slice(1));
await fetch("/outcome", { method: "POST", body: JSON.stringify(outcome) });
