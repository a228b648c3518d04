// onnxruntime-web, its WebAssembly backend on one thread, running a graph made here.
import onnxProto from "onnx-proto";
import * as ort from "onnxruntime-web";

const { onnx } = onnxProto;
const FLOAT = onnx.TensorProto.DataType.FLOAT;

export async function start() {
  ort.env.wasm.numThreads = 1;
  return ort.env.versions.web;
}

/** The ways of doing a job, each returning a promise of a number. */
export async function works({ name }, { prediction, target }) {
  const session = await ort.InferenceSession.create(graphOf(name === "sigmoid"), { executionProviders: ["wasm"] });
  const dims = [prediction.length];
  const run = async () => {
    const { value } = await session.run({
      p: new ort.Tensor("float32", prediction, dims),
      t: new ort.Tensor("float32", target, dims),
    });
    return name === "dice" ? value.data[0] : 1 - value.data[0];
  };
  return { "from arrays": run };
}

/** (2 Σp·t + 1) / (Σp + Σt + 1), optionally of the sigmoid of p. */
function graphOf(sigmoid) {
  const node = (opType, input, output) => ({
    opType,
    input,
    output: [output],
    attribute: opType === "ReduceSum" ? [{ name: "keepdims", type: onnx.AttributeProto.AttributeType.INT, i: 0 }] : [],
  });
  const p = sigmoid ? "s" : "p";
  const constant = (name, value) => ({ name, dataType: FLOAT, dims: [], floatData: [value] });
  const info = (name, dim) => ({ name, type: { tensorType: { elemType: FLOAT, shape: { dim } } } });
  const graph = {
    name: "dice",
    initializer: [constant("one", 1), constant("two", 2)],
    input: [info("p", [{ dimParam: "n" }]), info("t", [{ dimParam: "n" }])],
    output: [info("value", [])],
    node: [
      ...(sigmoid ? [node("Sigmoid", ["p"], "s")] : []),
      node("Mul", [p, "t"], "pt"),
      node("ReduceSum", ["pt"], "I"),
      node("ReduceSum", [p], "P"),
      node("ReduceSum", ["t"], "T"),
      node("Mul", ["I", "two"], "twice"),
      node("Add", ["twice", "one"], "above"),
      node("Add", ["P", "T"], "sizes"),
      node("Add", ["sizes", "one"], "below"),
      node("Div", ["above", "below"], "value"),
    ],
  };
  const model = { irVersion: 7, opsetImport: [{ domain: "", version: 13 }], graph };
  return onnx.ModelProto.encode(onnx.ModelProto.create(model)).finish();
}
