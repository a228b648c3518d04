// Cloudflare Workers.
import { score } from "./score.js";

export default { fetch: score };
