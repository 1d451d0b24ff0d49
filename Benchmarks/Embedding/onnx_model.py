"""Builds the ONNX graph of a BERT encoder from its folder, of plain operators or of onnxruntime's fused ones."""

import json

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file


class Graph:
    def __init__(self):
        self.nodes, self.constants = [], []

    def constant(self, name, value):
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, kind, inputs, **attributes):
        name = f"t{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [name], name=f"n{len(self.nodes)}", **attributes))
        return name


class Bert:
    def __init__(self, folder, fused):
        with open(f"{folder}/config.json") as file:
            config = json.load(file)
        self.tensors = load_file(f"{folder}/model.safetensors")
        self.fused, self.graph = fused, Graph()
        self.hidden, self.heads = config["hidden_size"], config["num_attention_heads"]
        self.layers, self.epsilon = config["num_hidden_layers"], config["layer_norm_eps"]

    def weight(self, name):
        return self.tensors[name].astype(np.float32)

    def constant(self, name, transposed=False):
        value = self.weight(name)
        return self.graph.constant(name, value.T if transposed else value)

    def linear(self, x, name):
        product = self.graph.node("MatMul", [x, self.constant(f"{name}.weight", True)])
        return self.graph.node("Add", [product, self.constant(f"{name}.bias")])

    def norm(self, x, name):
        inputs = [x, self.constant(f"{name}.LayerNorm.weight"), self.constant(f"{name}.LayerNorm.bias")]
        return self.graph.node("LayerNormalization", inputs, epsilon=self.epsilon, axis=-1)

    def added(self, x, y, name):
        """The norm of `x` plus a linear layer over `y`."""
        if not self.fused:
            return self.norm(self.graph.node("Add", [self.linear(y, f"{name}.dense"), x]), name)
        product = self.graph.node("MatMul", [y, self.constant(f"{name}.dense.weight", True)])
        parts = [f"{name}.LayerNorm.weight", f"{name}.LayerNorm.bias", f"{name}.dense.bias"]
        inputs = [product, x] + [self.constant(part) for part in parts]
        return self.graph.node("SkipLayerNormalization", inputs, domain="com.microsoft", epsilon=self.epsilon)

    def attention(self, x, name):
        names = [f"{name}.{part}" for part in ("query", "key", "value")]
        node = self.graph.node
        if self.fused:
            weights = np.concatenate([self.weight(f"{n}.weight").T for n in names], 1)
            bias = np.concatenate([self.weight(f"{n}.bias") for n in names])
            inputs = [x, self.graph.constant(f"{name}.w", weights), self.graph.constant(f"{name}.b", bias)]
            return node("Attention", inputs, domain="com.microsoft", num_heads=self.heads)
        q, k, v = (node("Reshape", [self.linear(x, n), "split"]) for n in names)
        q, v = (node("Transpose", [part], perm=[0, 2, 1, 3]) for part in (q, v))
        scores = node("Mul", [node("MatMul", [q, node("Transpose", [k], perm=[0, 2, 3, 1])]), "scale"])
        context = node("MatMul", [node("Softmax", [scores], axis=-1), v])
        return node("Reshape", [node("Transpose", [context], perm=[0, 2, 1, 3]), "join"])

    def middle(self, x, name):
        node = self.graph.node
        if self.fused:
            product = node("MatMul", [x, self.constant(f"{name}.weight", True)])
            return node("BiasGelu", [product, self.constant(f"{name}.bias")], domain="com.microsoft")
        x = self.linear(x, name)
        erf = node("Erf", [node("Div", [x, "root"])])
        return node("Mul", [node("Mul", [x, node("Add", [erf, "one"])]), "half"])

    def model(self):
        graph, width = self.graph, self.hidden // self.heads
        graph.constant("split", np.array([0, 0, self.heads, width], np.int64))
        graph.constant("join", np.array([0, 0, self.hidden], np.int64))
        graph.constant("scale", np.float32(1 / np.sqrt(width)))
        for name, value in (("one", 1), ("half", 0.5), ("root", np.sqrt(2))):
            graph.constant(name, np.float32(value))
        words = graph.node("Gather", [self.constant("embeddings.word_embeddings.weight"), "input_ids"])
        places = graph.node("Gather", [self.constant("embeddings.position_embeddings.weight"), "position_ids"])
        kind = graph.constant("type", self.weight("embeddings.token_type_embeddings.weight")[0])
        x = self.norm(graph.node("Add", [graph.node("Add", [words, places]), kind]), "embeddings")
        for layer in range(self.layers):
            name = f"encoder.layer.{layer}"
            x = self.added(x, self.attention(x, f"{name}.attention.self"), f"{name}.attention.output")
            x = self.added(x, self.middle(x, f"{name}.intermediate.dense"), f"{name}.output")
        graph.nodes.append(helper.make_node("Identity", [x], ["last_hidden_state"]))
        inputs = [
            helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["texts", "tokens"]),
            helper.make_tensor_value_info("position_ids", TensorProto.INT64, ["tokens"]),
        ]
        output = helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["texts", "tokens", self.hidden])
        made = helper.make_graph(graph.nodes, "bert", inputs, [output], graph.constants)
        versions = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
        return helper.make_model(made, opset_imports=versions, ir_version=8)


def build(folder, path, fused):
    onnx.save(Bert(folder, fused).model(), path)
