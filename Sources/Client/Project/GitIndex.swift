/// The files that a git index tracks, and the times they had when git looked at them last. Versions 2 to 4, with hashes of
/// 20 or 32 bytes.
struct GitIndex: Sendable {
    struct Entry: Sendable, Equatable {
        let path: String
        /// Since 1970.
        let seconds: Int
    }

    let entries: [Entry]

    /// Nil when this is not an index that can be read to its end.
    init?(_ bytes: [UInt8]) {
        // Which hash it has stands in another file; with the wrong one the names do not have their lengths.
        for hash in [20, 32] {
            var reader = IndexReader(bytes: bytes, hash: hash)
            guard let entries = reader.entries() else { continue }
            self.entries = entries
            return
        }
        return nil
    }
}

private struct IndexReader {
    let bytes: [UInt8]
    let hash: Int
    var at = 12
    var name: [UInt8] = []

    mutating func entries() -> [GitIndex.Entry]? {
        guard bytes.count >= 12 + hash, bytes.starts(with: "DIRC".utf8) else { return nil }
        let (version, count) = (number(4), number(8))
        guard (2...4).contains(version), count <= bytes.count / 40 else { return nil }
        var entries: [GitIndex.Entry] = []
        entries.reserveCapacity(count)
        for _ in 0..<count {
            guard let entry = entry(version) else { return nil }
            if let entry { entries.append(entry) }
        }
        return entries
    }

    /// Nil when this cannot be an entry; nil inside of that for what is no file: a submodule, a folder of a sparse index.
    private mutating func entry(_ version: Int) -> GitIndex.Entry?? {
        let fixed = 40 + hash + 2
        guard at + fixed <= bytes.count - hash else { return nil }
        let start = at
        let (seconds, mode) = (number(start + 8), number(start + 24))
        var next = start + fixed
        // A second pair of flags, from version 3.
        if bytes[start + fixed - 2] & 0x40 != 0 {
            guard version >= 3 else { return nil }
            next += 2
        }
        let before = name
        if version == 4 {
            guard let stripped = stripLength(&next), stripped <= name.count else { return nil }
            name.removeLast(stripped)
        } else {
            name.removeAll(keepingCapacity: true)
        }
        guard next < bytes.count, let end = bytes[next...].firstIndex(of: 0) else { return nil }
        name += bytes[next..<end]
        let length = Int(bytes[start + fixed - 2] & 0x0F) << 8 | Int(bytes[start + fixed - 1])
        guard length == min(name.count, 0xFFF), !name.isEmpty, !name.lexicographicallyPrecedes(before)
        else { return nil }
        at = version == 4 ? end + 1 : start + (end - start + 8) / 8 * 8
        // Stages of a conflict repeat the name.
        guard mode >> 12 == 0b1000, name != before else { return .some(nil) }
        return GitIndex.Entry(path: String(decoding: name, as: UTF8.self), seconds: seconds)
    }

    /// How many bytes of the name before go: git's variable-width number.
    private func stripLength(_ at: inout Int) -> Int? {
        var value = 0
        for step in 0..<5 {
            guard at < bytes.count else { return nil }
            let byte = Int(bytes[at])
            at += 1
            value = (step == 0 ? 0 : (value + 1) << 7) | (byte & 0x7F)
            if byte & 0x80 == 0 { return value }
        }
        return nil
    }

    private func number(_ at: Int) -> Int {
        bytes[at..<(at + 4)].reduce(0) { $0 << 8 | Int($1) }
    }
}
