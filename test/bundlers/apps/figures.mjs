// What every public function gives, for nine voxels with published figures, which came from float32.
export const prediction = [
  0.38574776, 0.08795848, 0.83927506, 0.21592768, 0.44453627, 0.10463644, 0.8793516, 0.65118235, 0.5184219,
];
export const target = [1, 0, 0, 0, 0, 0, 1, 1, 1];

/** @param dice the namespace of the package, of which nothing can shake out here */
export function figuresOf(dice) {
  const { allocate, diceCoefficient, Overlap, overlap, scoreLabels, valueAndGradient } = dice;
  const names = Object.keys(dice).sort();
  const losses = names.filter((name) => /(Coefficient|Index|Loss)$/.test(name));
  const values = losses.map((name) => [name, dice[name](prediction, target), dice[name](prediction, target, { smooth: 0 })]);
  const gradients = losses.map((name) => [name, Array.from(valueAndGradient(dice[name], prediction, target).gradient)]);

  const room = allocate(prediction.length, { target: Uint8Array });
  room.prediction.set(prediction);
  room.target.set(target);
  const inPlace = diceCoefficient(room.prediction, room.target);

  const sums = new Overlap().add(overlap(Float32Array.from(prediction), Float64Array.from(target))).toJSON();
  const labels = scoreLabels(Uint8Array.of(0, 1, 1, 2), Int32Array.of(0, 1, 2, 2), { classes: 3 }).macro;
  return { names, values, gradients, inPlace, sums, labels };
}
