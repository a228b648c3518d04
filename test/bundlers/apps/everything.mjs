// Uses every function, whatever there is.
import * as dice from "dice-wasm";
import { figuresOf } from "./figures.mjs";

console.log(JSON.stringify(figuresOf(dice)));
