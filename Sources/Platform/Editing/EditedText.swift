/// A text that is changed in places, which remembers what stood there: so that the change can be shown, kept, and undone to
/// the byte.
package struct EditedText: Sendable, Equatable {
    /// One place: `removed` of the text before became `inserted`.
    package struct Edit: Sendable, Equatable {
        /// Where `removed` begins in the text before.
        package let before: Int
        /// Where `inserted` begins in the text after.
        package let after: Int
        package let removed: [UInt8]
        package let inserted: [UInt8]

        package init(before: Int, after: Int, removed: [UInt8], inserted: [UInt8]) {
            self.before = before
            self.after = after
            self.removed = removed
            self.inserted = inserted
        }
    }

    /// The text before.
    package let base: [UInt8]
    /// The text after.
    package private(set) var bytes: [UInt8]
    /// What the text after is made of, in its order.
    private var pieces: [Piece]

    private enum Piece: Sendable, Equatable {
        /// A range of `base`.
        case kept(Range<Int>)
        case new([UInt8])

        var count: Int {
            switch self {
            case .kept(let range): range.count
            case .new(let bytes): bytes.count
            }
        }

        /// The first `count` bytes, and the rest.
        func split(_ count: Int) -> (Piece, Piece) {
            switch self {
            case .kept(let range):
                let middle = range.lowerBound + count
                return (.kept(range.lowerBound..<middle), .kept(middle..<range.upperBound))
            case .new(let bytes): return (.new(Array(bytes[..<count])), .new(Array(bytes[count...])))
            }
        }
    }

    package init(_ base: [UInt8]) {
        self.base = base
        bytes = base
        pieces = [.kept(0..<base.count)]
    }

    /// - Parameter range: of the text as it is now.
    package mutating func replace(_ range: Range<Int>, with new: [UInt8]) {
        bytes.replaceSubrange(range, with: new)
        let head = cut(at: range.lowerBound)
        let tail = cut(at: range.upperBound)
        pieces.replaceSubrange(head..<tail, with: [.new(new)])
    }

    /// Makes a piece begin at an offset; the index of that piece.
    private mutating func cut(at offset: Int) -> Int {
        var start = 0
        for (index, piece) in pieces.enumerated() {
            if start == offset { return index }
            if offset < start + piece.count {
                let (head, tail) = piece.split(offset - start)
                pieces.replaceSubrange(index...index, with: [head, tail])
                return index + 1
            }
            start += piece.count
        }
        return pieces.count
    }

    /// The places that differ, in their order; neighbouring ones are one.
    package var edits: [Edit] {
        var edits: [Edit] = []
        var before = 0
        var after = 0
        var inserted: [UInt8] = []
        func close(at next: Int) {
            let removed = Array(base[before..<next])
            if removed != inserted {
                edits.append(Edit(before: before, after: after, removed: removed, inserted: inserted))
            }
            after += inserted.count
            inserted = []
        }
        for piece in pieces where piece.count > 0 {
            switch piece {
            case .new(let bytes): inserted += bytes
            case .kept(let range):
                close(at: range.lowerBound)
                before = range.upperBound
                after += range.count
            }
        }
        close(at: base.count)
        return edits
    }

    /// The text before, from the text after and the places; nil when it is not the text that the places are of.
    package static func undo(_ edits: [Edit], in bytes: [UInt8]) -> [UInt8]? {
        var bytes = bytes
        for edit in edits.reversed() {
            let end = edit.after + edit.inserted.count
            guard edit.after >= 0, end <= bytes.count, Array(bytes[edit.after..<end]) == edit.inserted else {
                return nil
            }
            bytes.replaceSubrange(edit.after..<end, with: edit.removed)
        }
        return bytes
    }
}
