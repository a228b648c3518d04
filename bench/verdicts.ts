// All bars.
import { ofRivals } from "./against.ts";
import { judge, type Measured, type Verdict } from "./bars.ts";
import { ofRoof } from "./roofline-report.ts";

export const allOf = (measured: Measured): readonly Verdict[] => [...judge(measured), ...ofRivals(measured), ...ofRoof(measured)];
