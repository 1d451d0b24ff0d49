/// What a search sees of one model's vectors: those of a file, without the changed ones, and the changed ones.
struct VectorState: Sendable {
    /// Another one when everything was read anew.
    var generation = 0
    /// Everything up to here is in it.
    var position: VectorPosition
    /// Places of the log that it went through lately, oldest first.
    private var recent: [VectorPosition] = []
    let file: VectorFile?
    /// Of the file that was there when it was read, even if it could not be used. Another one is looked at anew.
    let inode: UInt?
    /// A bit for each row of the file whose passage changed; empty when none did.
    private(set) var changed: [UInt64] = []
    private(set) var overlay: VectorOverlay

    private static let mostRecent = 256

    init(_ file: VectorFile?, inode: UInt?, _ position: VectorPosition, dimensions: Int) {
        self.file = file
        self.inode = inode
        self.position = position
        overlay = VectorOverlay(dimensions: dimensions)
    }

    /// True when a transaction that sees the log up to there sees nothing that is missing here.
    func covers(_ newest: VectorPosition) -> Bool { position == newest || recent.contains(newest) }

    /// Applies the log from `position` up to `newest`.
    mutating func apply(_ log: VectorLog, upTo newest: VectorPosition) throws {
        if newest.seq <= position.seq { return }
        recent = (recent + [position] + (try log.positions(after: position.seq, limit: Self.mostRecent)))
            .suffix(Self.mostRecent)
        try log.changes(after: position.seq) { passage, key, halves in
            if let row = file?.row(of: passage) { leaveOut(row) }
            if let key { overlay.put(key, halves) } else { overlay.remove(passage) }
        }
        position = newest
    }

    /// Reads every vector.
    mutating func readAll(_ log: VectorLog) throws {
        try log.all { overlay.put($0, $1) }
    }

    private mutating func leaveOut(_ row: Int) {
        if changed.isEmpty { changed = [UInt64](repeating: 0, count: ((file?.rows ?? 0) + 63) / 64) }
        changed[row / 64] |= 1 << UInt64(row % 64)
    }

    func isChanged(_ row: Int) -> Bool { !changed.isEmpty && changed[row / 64] >> UInt64(row % 64) & 1 == 1 }
}
