// The battery on the installed package.
import * as dice from "dice-wasm";
import { runBattery } from "./battery.mjs";

console.log(JSON.stringify(await runBattery(dice)));
