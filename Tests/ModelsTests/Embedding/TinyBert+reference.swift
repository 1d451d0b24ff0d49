import Glibc

/// The encoder as the paper has it (Devlin et al. 2019, arXiv:1810.04805), in Double and without any care for speed.
extension TinyBert {
    func tokenVectors(_ tokens: [Int32]) -> [[Double]] {
        let words = rows("embeddings.word_embeddings.weight", hidden)
        let places = rows("embeddings.position_embeddings.weight", hidden)
        let type = rows("embeddings.token_type_embeddings.weight", hidden)[0]
        var vectors = tokens.enumerated().map { index, token in
            norm(sum(sum(words[Int(token)], places[index]), type), "embeddings")
        }
        for layer in 0..<layers {
            let name = "encoder.layer.\(layer)"
            let attended = attention(vectors, "\(name).attention.self")
            vectors = zip(vectors, attended).map { vector, attended in
                norm(sum(linear(attended, "\(name).attention.output.dense"), vector), "\(name).attention.output")
            }
            vectors = vectors.map { vector in
                let middle = linear(vector, "\(name).intermediate.dense").map(activated)
                return norm(sum(linear(middle, "\(name).output.dense"), vector), "\(name).output")
            }
        }
        return vectors
    }

    private func attention(_ vectors: [[Double]], _ name: String) -> [[Double]] {
        let width = hidden / heads
        let queries = vectors.map { linear($0, "\(name).query") }
        let keys = vectors.map { linear($0, "\(name).key") }
        let values = vectors.map { linear($0, "\(name).value") }
        return queries.map { query in
            (0..<heads).flatMap { head -> [Double] in
                let part = head * width..<(head + 1) * width
                let scores = keys.map { key in
                    exp(zip(query[part], key[part]).reduce(0) { $0 + $1.0 * $1.1 } / Double(width).squareRoot())
                }
                let total = scores.reduce(0, +)
                return part.map { column in
                    zip(scores, values).reduce(0) { $0 + $1.0 / total * $1.1[column] }
                }
            }
        }
    }

    private func activated(_ x: Double) -> Double {
        switch activation {
        case "relu": max(x, 0)
        case "gelu_new": 0.5 * x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
        default: 0.5 * x * (1 + erf(x / 2.0.squareRoot()))
        }
    }

    private func linear(_ vector: [Double], _ name: String) -> [Double] {
        zip(rows("\(name).weight", vector.count), values("\(name).bias")).map { row, bias in
            zip(row, vector).reduce(bias) { $0 + $1.0 * $1.1 }
        }
    }

    private func norm(_ vector: [Double], _ name: String) -> [Double] {
        let mean = vector.reduce(0, +) / Double(vector.count)
        let variance = vector.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(vector.count)
        let scaled = vector.map { ($0 - mean) / (variance + 1e-6).squareRoot() }
        let gamma = values("\(name).LayerNorm.weight")
        return sum(zip(scaled, gamma).map { $0 * $1 }, values("\(name).LayerNorm.bias"))
    }

    private func rows(_ name: String, _ columns: Int) -> [[Double]] {
        let values = values(name)
        return stride(from: 0, to: values.count, by: columns).map { Array(values[$0..<($0 + columns)]) }
    }

    private func sum(_ one: [Double], _ other: [Double]) -> [Double] { zip(one, other).map(+) }
}
