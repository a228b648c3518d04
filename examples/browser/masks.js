// The Dice loss of two canvases, in a page without a bundler: after `npm run build`, serve the folder of the repository,
// for example with `python3 -m http.server`, and open /examples/browser/.
import { diceLoss } from "../../dist/dice-wasm.js"; // in your own page: wherever you have put that file

const SIDE = 80;
const prediction = document.querySelector("#prediction");
const target = document.querySelector("#target");
const loss = document.querySelector("#loss");

/** Draws a square of the given grey on black. */
function draw(canvas, x, y, grey) {
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = "black";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = `rgb(${grey} ${grey} ${grey})`;
  context.fillRect(x, y, SIDE, SIDE);
}

/** A canvas's red channel: 0 to 255, a byte for each pixel. */
function pixels(canvas) {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return Uint8Array.from({ length: data.length / 4 }, (_, i) => data[4 * i]);
}

function show(x, y) {
  draw(prediction, x, y, 204); // 0.8: how sure it is of what it marks
  const probabilities = Float32Array.from(pixels(prediction), (red) => red / 255);
  const mask = pixels(target).map((red) => (red > 127 ? 1 : 0)); // a mask is 0 and 1, not 0 and 255
  loss.value = diceLoss(probabilities, mask).toFixed(4);
}

draw(target, 80, 60, 255);
show(20, 60);
prediction.addEventListener("pointermove", ({ clientX, clientY }) => {
  const { left, top } = prediction.getBoundingClientRect();
  show(clientX - left - SIDE / 2, clientY - top - SIDE / 2);
});
