// Uses one function.
import { diceLoss } from "dice-wasm";
import { prediction, target } from "./figures.mjs";

console.log(JSON.stringify([diceLoss(prediction, target), diceLoss(prediction, target, { smooth: 0 })]));
