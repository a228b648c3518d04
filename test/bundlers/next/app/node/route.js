import * as dice from "dice-wasm";
import { figuresOf } from "../../../apps/figures.mjs";

export const dynamic = "force-dynamic";

export function GET() {
  const host = typeof EdgeRuntime === "string" ? "edge" : "node";
  return Response.json({ host, figures: figuresOf(dice) });
}
