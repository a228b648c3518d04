// Arrays of float16, which TypeScript knows from 5.8 on, with the library "esnext"; it is compiled and not run.
import { diceLoss, type Prediction, type Target, valueAndGradient } from "dice-wasm";

const prediction: Prediction = new Float16Array(4);
const target: Target = new Float16Array(4);
export const loss: number = diceLoss(prediction, target, { weights: new Float16Array(1) });
export const { gradient } = valueAndGradient(diceLoss, new Float16Array(4), new Uint8Array(4));
// @ts-expect-error there are no gradients of float16
valueAndGradient(diceLoss, prediction, target, { gradient: new Float16Array(4) });
