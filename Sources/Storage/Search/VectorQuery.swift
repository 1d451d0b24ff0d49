import CVectorMath

/// A vector that is looked for, in the forms that the kernels want.
final class VectorQuery: @unchecked Sendable {
    // SAFETY: written by `init`, only read afterwards.
    private let storage: UnsafeMutablePointer<roost_query>

    var pointer: UnsafePointer<roost_query> { UnsafePointer(storage) }

    /// - Parameter instructions: less than the processor has, to compare kernels.
    init(_ vector: [Float], instructions: roost_instructions = roost_best_instructions()) {
        storage = .allocate(capacity: 1)
        let isPrepared = vector.withUnsafeBufferPointer {
            roost_query_prepare(storage, $0.baseAddress, $0.count, instructions)
        }
        precondition(isPrepared, "no memory for a vector")
    }

    deinit {
        roost_query_free(storage)
        storage.deallocate()
    }

    /// The cosine with a vector as the database keeps it; nil when it has another number of dimensions.
    func similarity(_ halves: [UInt8]) -> Float? {
        guard halves.count == storage.pointee.dimensions * 2 else { return nil }
        return halves.withUnsafeBytes { bytes in
            bytes.baseAddress.map { roost_cosine_half(storage, $0.assumingMemoryBound(to: UInt16.self)) }
        }
    }
}

/// The best rows that some scans have seen. Used by one thread.
final class VectorTop {
    private var top = roost_top()

    init(_ wanted: Int) {
        let isPrepared = roost_top_prepare(&top, wanted)
        precondition(isPrepared, "no memory for \(wanted) rows")
    }

    deinit { roost_top_free(&top) }

    /// Runs a scan whose rows are numbered from `base` on.
    func scan(base: Int = 0, _ body: (UnsafeMutablePointer<roost_top>) -> Void) {
        top.base = UInt32(base)
        body(&top)
    }

    func add(_ score: Float, _ row: Int) {
        top.base = 0
        roost_top_add(&top, score, UInt32(row))
    }

    /// Best first.
    func sorted() -> [roost_hit] {
        roost_top_sort(&top)
        return Array(UnsafeBufferPointer(start: top.hits, count: top.count))
    }
}

/// Vectors as the database keeps them: half precision, little endian.
package enum HalfVector {
    package static func bytes(_ vector: [Float]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: vector.count * 2) { buffer, count in
            count = vector.count * 2
            guard let start = buffer.baseAddress else { return }
            vector.withUnsafeBufferPointer { floats in
                UnsafeMutableRawPointer(start).withMemoryRebound(to: UInt16.self, capacity: floats.count) {
                    roost_halves_from_floats(floats.baseAddress, $0, floats.count)
                }
            }
        }
    }

    package static func floats(_ bytes: [UInt8]) -> [Float] {
        [Float](unsafeUninitializedCapacity: bytes.count / 2) { buffer, count in
            count = bytes.count / 2
            bytes.withUnsafeBytes { halves in
                guard let start = halves.baseAddress, let floats = buffer.baseAddress else { return }
                roost_floats_from_halves(start.assumingMemoryBound(to: UInt16.self), floats, count)
            }
        }
    }
}
