/// A vector of a piece of text, and how much of the text it stands for.
struct WindowVector: Sendable {
    var vector: [Float]
    /// Bytes of the piece.
    var weight: Int
}

enum VectorPooling {
    /// A vector made length 1; nil when it has a number that is not finite, or no direction.
    static func normalized(_ vector: [Float]) -> [Float]? {
        // In Double: the squares of large numbers have to fit.
        var sum = 0.0
        for number in vector { sum += Double(number) * Double(number) }
        guard sum.isFinite, sum > 0 else { return nil }
        let scale = 1 / sum.squareRoot()
        return vector.map { Float(Double($0) * scale) }
    }

    /// The mean of the pieces' vectors, each weighted by the length of its piece, made length 1. Pieces that cancel each
    /// other out leave the vector of the longest.
    static func pooled(_ windows: [WindowVector]) -> [Float] {
        guard windows.count > 1, let first = windows.first else { return windows.first?.vector ?? [] }
        var mean = [Float](repeating: 0, count: first.vector.count)
        for window in windows {
            let weight = Float(max(1, window.weight))
            for index in mean.indices { mean[index] += weight * window.vector[index] }
        }
        return normalized(mean) ?? (windows.max { $0.weight < $1.weight } ?? first).vector
    }
}
