// Deno Deploy.
import { score } from "./score.js";

Deno.serve(score);
