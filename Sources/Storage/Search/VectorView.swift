import CVectorMath

/// A passage that may be among the nearest.
struct VectorCandidate {
    let key: VectorKey
    /// The cosine, about.
    let score: Float
}

/// The part of a state that a search looks at.
struct VectorView {
    private let state: VectorState
    /// Nil is all.
    private let archives: Set<Int>?
    /// The file's rows that are looked at.
    private let ranges: [Range<Int>]
    private let rows: Int

    private let tuning: VectorTuning

    /// - Parameter archives: their keys; nil is all.
    init(_ state: VectorState, archives: Set<Int>?, _ tuning: VectorTuning) {
        self.tuning = tuning
        self.state = state
        self.archives = archives
        ranges = Self.ranges(state.file, archives)
        rows = ranges.reduce(0) { $0 + $1.count }
    }

    private static func ranges(_ file: VectorFile?, _ archives: Set<Int>?) -> [Range<Int>] {
        guard let file, file.rows > 0 else { return [] }
        guard let archives else { return [0..<file.rows] }
        var ranges: [Range<Int>] = []
        for archive in archives.sorted() {
            let range = file.rows(of: archive)
            if range.isEmpty { continue }
            if let last = ranges.last, last.upperBound == range.lowerBound {
                ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
            } else {
                ranges.append(range)
            }
        }
        return ranges
    }

    /// How many vectors a scan looks at, not fewer than there are.
    var count: Int { rows + state.overlay.count }

    // MARK: The best of all

    /// The best by their short forms, best first.
    func best(_ wanted: Int, _ query: VectorQuery) -> [VectorCandidate] {
        let wanted = min(wanted, count)
        let top = VectorTop(wanted)
        if let file = state.file, rows > 0 {
            if rows > tuning.mostByBytes || rows > wanted && file.isTight {
                scanSigns(file, wanted, query, into: top)
            } else {
                scan(file, bytesPerRow: file.layout.stride + 4) { range, changed in
                    top.scan {
                        roost_scan_bytes(
                            query.pointer, file.bytes, file.scales, range.lowerBound, range.count, changed, $0)
                    }
                }
            }
        }
        let base = state.file?.rows ?? 0
        state.overlay.scan(query, archives: archives, base: base, into: top)
        return top.sorted().map { hit in
            let row = Int(hit.row)
            let key = row < base ? state.file?.key(row) : nil
            return VectorCandidate(key: key ?? state.overlay.key(row - base), score: hit.score)
        }
    }

    private func scanSigns(_ file: VectorFile, _ wanted: Int, _ query: VectorQuery, into top: VectorTop) {
        let near = VectorTop(min(rows, max(tuning.nearBySigns, 8 * wanted)))
        scan(file, bytesPerRow: file.layout.signWords * 8) { range, changed in
            near.scan { roost_scan_signs(query.pointer, file.signs, range.lowerBound, range.count, changed, $0) }
        }
        let list = near.sorted().map(\.row).sorted()
        for (row, score) in zip(list, Self.scores(file, query, list)) { top.add(score, Int(row)) }
    }

    /// Goes through the rows, in pieces when memory is short.
    private func scan(
        _ file: VectorFile, bytesPerRow: Int, _ body: (Range<Int>, UnsafePointer<UInt64>?) -> Void
    ) {
        let most = file.isTight ? max(1, file.mostAtOnce / bytesPerRow) : Int.max
        state.changed.withUnsafeBufferPointer { changed in
            for range in ranges {
                for start in stride(from: range.lowerBound, to: range.upperBound, by: min(most, range.count)) {
                    let piece = start..<min(start + min(most, range.count), range.upperBound)
                    body(piece, changed.isEmpty ? nil : changed.baseAddress)
                    file.looked(at: piece.count * bytesPerRow)
                }
            }
        }
    }

    // MARK: Given passages

    /// The best of given passages.
    func best(_ wanted: Int, _ query: VectorQuery, among passages: [Int]) -> [VectorCandidate] {
        Array(scores(query, among: passages).sorted { $0.score > $1.score }.prefix(wanted))
    }

    /// Given passages, in no order; those that are not in the scope or have no vector are left out.
    func scores(_ query: VectorQuery, among passages: [Int]) -> [VectorCandidate] {
        var found: [VectorCandidate] = []
        var list: [UInt32] = []
        for passage in passages {
            if let slot = state.overlay.slot(of: passage) {
                let key = state.overlay.key(slot)
                guard archives?.contains(key.archive) ?? true else { continue }
                found.append(VectorCandidate(key: key, score: state.overlay.score(query, slot: slot)))
            } else if let row = state.file?.row(of: passage), !state.isChanged(row) {
                list.append(UInt32(row))
            }
        }
        guard let file = state.file else { return found }
        for (row, score) in zip(list, Self.scores(file, query, list)) {
            let key = file.key(Int(row))
            if archives?.contains(key.archive) ?? true { found.append(VectorCandidate(key: key, score: score)) }
        }
        return found
    }

    private static func scores(_ file: VectorFile, _ query: VectorQuery, _ list: [UInt32]) -> [Float] {
        // Rows lie apart: each is a page or two.
        defer { file.looked(at: list.count * 3 * VectorFileLayout.page) }
        return [Float](unsafeUninitializedCapacity: list.count) { scores, count in
            count = list.count
            roost_score_bytes(query.pointer, file.bytes, file.scales, list, list.count, scores.baseAddress)
        }
    }
}
