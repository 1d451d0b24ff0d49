import CVectorMath

/// A vector as it is stored: half precision, in the processor's byte order.
package struct EncodedVector: Sendable, Equatable {
    package let bytes: [UInt8]

    package init(_ vector: [Float]) {
        bytes = [UInt8](unsafeUninitializedCapacity: vector.count * 2) { buffer, count in
            count = vector.count * 2
            buffer.withMemoryRebound(to: UInt16.self) { halves in
                guard let start = halves.baseAddress else { return }
                roost_halves_from_floats(vector, start, vector.count)
            }
        }
    }

    package init(stored bytes: [UInt8]) { self.bytes = bytes }

    package var dimensions: Int { bytes.count / 2 }

    package var floats: [Float] {
        let halves = bytes.withUnsafeBytes { raw in
            (0..<dimensions).map { raw.loadUnaligned(fromByteOffset: $0 * 2, as: UInt16.self) }
        }
        return [Float](unsafeUninitializedCapacity: halves.count) { buffer, count in
            count = halves.count
            guard let start = buffer.baseAddress else { return }
            roost_floats_from_halves(halves, start, halves.count)
        }
    }
}
