"""Builds the ONNX graph of a BERT encoder from its folder: plain operators or onnxruntime's fused ones."""
import json, sys
import numpy as np, onnx
from onnx import helper as h, numpy_helper as nh, TensorProto as T
from safetensors.numpy import load_file

def build(folder, out, fused):
    c = json.load(open(folder + "/config.json")); w = load_file(folder + "/model.safetensors")
    H, A, eps = c["hidden_size"], c["num_attention_heads"], c["layer_norm_eps"]
    D = H // A
    nodes, inits = [], []
    def const(name, v): inits.append(nh.from_array(np.ascontiguousarray(v), name)); return name
    n = [0]
    def op(kind, ins, outs=None, **kw):
        n[0] += 1
        outs = outs or [f"t{n[0]}"]
        nodes.append(h.make_node(kind, ins, outs, name=f"n{n[0]}", **kw)); return outs[0]
    W = lambda k: w[k].astype(np.float32)
    const("words", W("embeddings.word_embeddings.weight"))
    const("one_type", W("embeddings.token_type_embeddings.weight")[0])
    const("positions", W("embeddings.position_embeddings.weight"))
    x = op("Gather", ["words", "input_ids"])
    x = op("Add", [x, op("Gather", ["positions", "position_ids"])])
    x = op("Add", [x, "one_type"])
    x = op("LayerNormalization", [x, const("eg", W("embeddings.LayerNorm.weight")), const("eb", W("embeddings.LayerNorm.bias"))], epsilon=eps, axis=-1)
    def linear(x, key, name, bias=True):
        y = op("MatMul", [x, const(name + "w", W(key + ".weight").T)])
        return op("Add", [y, const(name + "b", W(key + ".bias"))]) if bias else y
    const("split", np.array([0, 0, A, D], np.int64)); const("join", np.array([0, 0, H], np.int64))
    const("scale", np.float32(1 / np.sqrt(D))); const("half", np.float32(.5)); const("onef", np.float32(1)); const("r2", np.float32(np.sqrt(2)))
    for i in range(c["num_hidden_layers"]):
        p = f"encoder.layer.{i}."
        names = [p + f"attention.self.{k}" for k in ("query", "key", "value")]
        if fused:
            qw = np.concatenate([W(k + ".weight").T for k in names], 1); qb = np.concatenate([W(k + ".bias") for k in names])
            a = op("Attention", [x, const(p + "qkvw", qw), const(p + "qkvb", qb)], domain="com.microsoft", num_heads=A)
        else:
            q, k, v = (op("Reshape", [linear(x, k, k), "split"]) for k in names)
            q = op("Transpose", [q], perm=[0, 2, 1, 3]); k = op("Transpose", [k], perm=[0, 2, 3, 1]); v = op("Transpose", [v], perm=[0, 2, 1, 3])
            s = op("Softmax", [op("Mul", [op("MatMul", [q, k]), "scale"])], axis=-1)
            a = op("Reshape", [op("Transpose", [op("MatMul", [s, v])], perm=[0, 2, 1, 3]), "join"])
        def addnorm(y, key, name):
            g, b = const(name + "g", W(key + ".LayerNorm.weight")), const(name + "n", W(key + ".LayerNorm.bias"))
            if fused:
                return op("SkipLayerNormalization", [y, x, g, b, const(name + "bb", W(key + ".dense.bias"))], domain="com.microsoft", epsilon=eps)
            return op("LayerNormalization", [op("Add", [y, x]), g, b], epsilon=eps, axis=-1)
        x = addnorm(linear(a, p + "attention.output.dense", p + "o", not fused), p + "attention.output", p + "an")
        if fused:
            u = linear(x, p + "intermediate.dense", p + "u", False)
            u = op("BiasGelu", [u, const(p + "ub", W(p + "intermediate.dense.bias"))], domain="com.microsoft")
        else:
            u = linear(x, p + "intermediate.dense", p + "u")
            e = op("Add", [op("Erf", [op("Div", [u, "r2"])]), "onef"])
            u = op("Mul", [op("Mul", [u, e]), "half"])
        x = addnorm(linear(u, p + "output.dense", p + "d", not fused), p + "output", p + "dn")
    nodes.append(h.make_node("Identity", [x], ["last_hidden_state"]))
    g = h.make_graph(nodes, "bert", [h.make_tensor_value_info("input_ids", T.INT64, ["b", "s"]), h.make_tensor_value_info("position_ids", T.INT64, ["s"])],
                     [h.make_tensor_value_info("last_hidden_state", T.FLOAT, ["b", "s", H])], inits)
    m = h.make_model(g, opset_imports=[h.make_opsetid("", 17), h.make_opsetid("com.microsoft", 1)], ir_version=8)
    onnx.save(m, out)

if __name__ == "__main__":
    build(sys.argv[1], sys.argv[2], sys.argv[3] == "fused")
