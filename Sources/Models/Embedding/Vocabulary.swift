import Domain

/// The pieces of words that a model knows, and their numbers: a hash table over mapped bytes, ready as it lies in the
/// file. Any bytes are safe to look up in: a damaged table gives wrong numbers, at worst `unknown`.
///
///     header   16 bytes: slots 4 (a power of two), longest piece 4, pieces 4, zeros 4
///     slots    16 bytes each: hash 4, number 4 (all ones: empty), place of the text 4, its length 2, kind 2
///     texts    UTF-8, without the `##` of pieces that continue a word
struct Vocabulary: Sendable {
    /// Keeps the bytes mapped, or alive.
    private let owner: any Sendable & AnyObject
    // SAFETY: only read, and alive as long as `owner`.
    private nonisolated(unsafe) let slots: UnsafeRawBufferPointer
    private nonisolated(unsafe) let texts: UnsafeRawBufferPointer
    private let mask: UInt32
    /// Bytes of the longest piece.
    let longest: Int
    /// Every number is below this.
    let count: Int

    /// Throws `EmbeddingError(.model)` when the sizes do not fit each other.
    init(_ bytes: UnsafeRawBufferPointer, owner: any Sendable & AnyObject) throws(EmbeddingError) {
        self.owner = owner
        guard bytes.count >= 16 else { throw Self.damaged }
        let slotCount = Int(bytes.loadUnaligned(fromByteOffset: 0, as: UInt32.self))
        longest = Int(bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
        count = Int(bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
        guard slotCount > 0, slotCount & (slotCount - 1) == 0, slotCount <= (bytes.count - 16) / 16,
            longest <= Int(UInt16.max)
        else { throw Self.damaged }
        mask = UInt32(slotCount - 1)
        slots = UnsafeRawBufferPointer(rebasing: bytes[16..<(16 + 16 * slotCount)])
        texts = UnsafeRawBufferPointer(rebasing: bytes[(16 + 16 * slotCount)...])
    }

    private static let damaged = EmbeddingError(.model, "The vocabulary of the packed model is damaged.")

    /// The number of a piece, nil when there is none.
    /// - Parameter hash: `Vocabulary.hash` of the bytes.
    @inline(__always)
    func number(_ bytes: UnsafePointer<UInt8>, _ length: Int, hash: UInt32, continues: Bool) -> Int32? {
        var index = (hash ^ hash >> 15) & mask
        let kind: UInt16 = continues ? 1 : 0
        // Never more than the slots there are: a damaged table may have no empty one.
        for _ in 0...mask {
            let slot = slots.baseAddress.unsafelyUnwrapped + Int(index) * 16
            let number = slot.loadUnaligned(fromByteOffset: 4, as: UInt32.self)
            if number == .max { return nil }
            if slot.loadUnaligned(as: UInt32.self) == hash,
                Int(slot.loadUnaligned(fromByteOffset: 12, as: UInt16.self)) == length,
                slot.loadUnaligned(fromByteOffset: 14, as: UInt16.self) == kind
            {
                let place = Int(slot.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
                if place + length <= texts.count, number < count,
                    equal(texts.baseAddress.unsafelyUnwrapped + place, bytes, length)
                {
                    return Int32(number)
                }
            }
            index = (index + 1) & mask
        }
        return nil
    }

    @inline(__always)
    private func equal(_ left: UnsafeRawPointer, _ right: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        let right = UnsafeRawPointer(right)
        for index in 0..<count
        where left.load(fromByteOffset: index, as: UInt8.self)
            != right.load(fromByteOffset: index, as: UInt8.self)
        { return false }
        return true
    }

    // MARK: The hash

    /// FNV-1a, with another start for pieces that continue a word.
    @inline(__always)
    static func hashStart(continues: Bool) -> UInt32 { continues ? 0x811C_9DC5 ^ 0x5BD1_E995 : 0x811C_9DC5 }

    @inline(__always)
    static func hash(_ hash: UInt32, _ byte: UInt8) -> UInt32 { (hash ^ UInt32(byte)) &* 16_777_619 }

    // MARK: Making one

    /// The bytes of a table.
    /// - Parameters:
    ///   - pieces: texts with their numbers; the last of equal texts is kept, as the reference does.
    ///   - prefix: what marks a piece that continues a word, `##`.
    static func packed(_ pieces: [(text: [UInt8], number: Int)], prefix: [UInt8]) -> [UInt8] {
        var slotCount = 64
        while slotCount < pieces.count * 2 { slotCount *= 2 }
        var table = [UInt32](repeating: .max, count: slotCount)
        var texts: [UInt8] = []
        var entries: [Entry] = []
        var kept: [[UInt8]: Int] = [:]
        for (index, piece) in pieces.enumerated() { kept[piece.text] = index }
        for (index, piece) in pieces.enumerated() where kept[piece.text] == index {
            let continues = !prefix.isEmpty && piece.text.count > prefix.count && piece.text.starts(with: prefix)
            let text = continues ? Array(piece.text.dropFirst(prefix.count)) : piece.text
            // Longer than any word can be.
            guard text.count < Int(UInt16.max) else { continue }
            let hash = text.reduce(hashStart(continues: continues)) { Self.hash($0, $1) }
            var slot = Int((hash ^ hash >> 15) & UInt32(slotCount - 1))
            while table[slot] != .max { slot = (slot + 1) & (slotCount - 1) }
            table[slot] = UInt32(entries.count)
            entries.append(
                Entry(
                    hash: hash, number: UInt32(piece.number), place: UInt32(texts.count), length: UInt16(text.count),
                    kind: continues ? 1 : 0))
            texts += text
        }
        let empty = Entry(hash: 0, number: .max, place: 0, length: 0, kind: 0)
        let longest = entries.map { UInt32($0.length) }.max() ?? 0
        let count = UInt32((entries.map { Int($0.number) }.max() ?? -1) + 1)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(16 + 16 * slotCount + texts.count)
        withUnsafeBytes(of: (UInt32(slotCount), longest, count, UInt32(0))) { bytes += $0 }
        for index in table {
            withUnsafeBytes(of: index == .max ? empty : entries[Int(index)]) { bytes += $0 }
        }
        return bytes + texts
    }

    private struct Entry {
        let hash: UInt32
        let number: UInt32
        let place: UInt32
        let length: UInt16
        let kind: UInt16
    }
}
