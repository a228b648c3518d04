// Vercel, as api/score.js with its own path to score.js.
import { score } from "./score.js";

export const config = { runtime: "edge" };
export default score;
