import CVectorMath

/// Which passage a vector belongs to, and where the database keeps it.
struct VectorKey: Sendable, Equatable {
    let archive: Int
    let passage: Int
    /// The key of its row in `passage_vectors`.
    let row: Int
}

/// Vectors that changed since the index's file was written, as a value: a search keeps the one it began with.
struct VectorOverlay: Sendable {
    let dimensions: Int
    private var chunks: [Chunk] = []
    /// Slots in use, the left out ones included.
    private(set) var count = 0
    /// A bit for each slot whose passage changed again.
    private var leftOut: [UInt64] = []
    /// The slot of each passage that has one.
    private var slots: [Int: Int32] = [:]

    init(dimensions: Int) { self.dimensions = dimensions }

    /// How many passages have a vector here.
    var passages: Int { slots.count }

    static func bytesPerVector(_ dimensions: Int) -> Int { roost_byte_stride(dimensions) + 100 }

    func slot(of passage: Int) -> Int? { slots[passage].map(Int.init) }

    func key(_ slot: Int) -> VectorKey { chunks[slot / Chunk.size].keys[slot % Chunk.size] }

    mutating func remove(_ passage: Int) {
        guard let slot = slots.removeValue(forKey: passage).map(Int.init) else { return }
        leftOut[slot / 64] |= 1 << UInt64(slot % 64)
    }

    /// Puts a passage's vector, as the database keeps it, in the place of an earlier one.
    mutating func put(_ key: VectorKey, _ halves: [UInt8]) {
        remove(key.passage)
        guard halves.count == dimensions * 2 else { return }
        let place = count % Chunk.size
        if place == 0 {
            chunks.append(Chunk(dimensions))
            leftOut += [UInt64](repeating: 0, count: Chunk.size / 64)
        } else if !isKnownUniquelyReferenced(&chunks[chunks.count - 1]) {
            // Others may be reading it.
            chunks[chunks.count - 1] = chunks[chunks.count - 1].copy(place)
        }
        chunks[chunks.count - 1].put(key, HalfVector.floats(halves), at: place)
        slots[key.passage] = Int32(count)
        count += 1
    }

    /// Scores what is here; slots are numbered from `base` on.
    /// - Parameter archives: only these; nil is all.
    func scan(_ query: VectorQuery, archives: Set<Int>?, base: Int, into top: VectorTop) {
        for (number, chunk) in chunks.enumerated() {
            let first = number * Chunk.size
            let used = min(Chunk.size, count - first)
            if let archives {
                let list = (0..<used).filter { !isLeftOut(first + $0) && archives.contains(chunk.keys[$0].archive) }
                for (place, score) in zip(list, chunk.scores(query, list)) { top.add(score, base + first + place) }
            } else {
                leftOut.withUnsafeBufferPointer { leftOut in
                    top.scan(base: base + first) {
                        roost_scan_bytes(
                            query.pointer, chunk.rows, chunk.scales, 0, used,
                            leftOut.baseAddress.map { $0 + first / 64 }, $0)
                    }
                }
            }
        }
    }

    func score(_ query: VectorQuery, slot: Int) -> Float {
        chunks[slot / Chunk.size].scores(query, [slot % Chunk.size])[0]
    }

    private func isLeftOut(_ slot: Int) -> Bool { leftOut[slot / 64] >> UInt64(slot % 64) & 1 == 1 }

    /// Some vectors in the form that is scanned.
    private final class Chunk: @unchecked Sendable {
        // SAFETY: written only while one value alone refers to it; what several refer to is copied first.
        static let size = 256
        let rows: UnsafeMutablePointer<UInt8>
        let scales: UnsafeMutablePointer<Float>
        private(set) var keys: [VectorKey] = []
        private let dimensions: Int

        init(_ dimensions: Int) {
            self.dimensions = dimensions
            let bytes = roost_byte_stride(dimensions) * Self.size
            let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
            rows = raw.bindMemory(to: UInt8.self, capacity: bytes)
            scales = .allocate(capacity: Self.size)
            keys.reserveCapacity(Self.size)
        }

        deinit {
            UnsafeMutableRawPointer(rows).deallocate()
            scales.deallocate()
        }

        func copy(_ used: Int) -> Chunk {
            let copy = Chunk(dimensions)
            copy.rows.update(from: rows, count: used * roost_byte_stride(dimensions))
            copy.scales.update(from: scales, count: used)
            copy.keys += keys.prefix(used)
            return copy
        }

        func put(_ key: VectorKey, _ vector: [Float], at place: Int) {
            scales[place] = vector.withUnsafeBufferPointer {
                roost_put_bytes($0.baseAddress, dimensions, rows + place * roost_byte_stride(dimensions))
            }
            keys.append(key)
        }

        func scores(_ query: VectorQuery, _ places: [Int]) -> [Float] {
            let list = places.map { UInt32($0) }
            return [Float](unsafeUninitializedCapacity: list.count) { scores, count in
                count = list.count
                roost_score_bytes(query.pointer, rows, scales, list, list.count, scores.baseAddress)
            }
        }
    }
}
