import Platform

/// What a change makes of a file, for people: a unified diff without passwords and keys.
package struct FileDiff: Sendable {
    package enum Line: Sendable, Equatable {
        case head(String), place(String), kept(String), removed(String), added(String)

        package var text: String {
            switch self {
            case .head(let text), .place(let text): text
            case .kept(let text): " " + text
            case .removed(let text): "-" + text
            case .added(let text): "+" + text
            }
        }
    }

    package let lines: [Line]

    private static let longest = 500

    /// - Parameters:
    ///   - before: nil when there is no file yet.
    ///   - after: nil when it goes away.
    package init(_ path: String, before: [UInt8]?, after: [UInt8]?) {
        let head: [Line] = [
            .head("--- " + (before == nil ? "/dev/null" : path)), .head("+++ " + (after == nil ? "/dev/null" : path)),
        ]
        let diff = TextDiff(String(decoding: before ?? [], as: UTF8.self), String(decoding: after ?? [], as: UTF8.self))
        lines =
            head
            + diff.lines.map { line in
                switch line {
                case .place(let text): .place(text)
                case .same(let text): .kept(Self.shown(text))
                case .removed(let pieces): .removed(Self.shown(Self.telling(pieces)))
                case .added(let pieces): .added(Self.shown(Self.telling(pieces)))
                }
            }
    }

    /// Of a long line, as of a file on one line, what differs and a little around it.
    private static func telling(_ pieces: [TextDiff.Piece]) -> String {
        let isLong = pieces.reduce(0) { $0 + $1.text.utf8.count } > longest
        return pieces.map { piece in
            guard isLong, !piece.isChanged, piece.text.count > 2 * edge else { return piece.text }
            return piece.text.prefix(edge) + "…" + piece.text.suffix(edge)
        }.joined()
    }

    private static let edge = 40

    /// Passwords and keys are not shown, nor what would move the cursor; a line that holds a whole file is cut.
    private static func shown(_ line: String) -> String {
        let line = line.last?.isNewline == true ? String(line.dropLast()) : line
        var text = String(
            String.UnicodeScalarView(line.unicodeScalars.map { $0.value < 0x20 && $0 != "\t" ? "?" : $0 }))
        text = Redaction.redacted(masked(text))
        return text.count > longest ? text.prefix(longest) + "… (\(text.count) characters)" : text
    }

    /// The values of members that are called like a password become asterisks, unless they are variables.
    private static func masked(_ line: String) -> String {
        // Where only a colon stands between two parts, the first is a name and the second its value.
        var parts = line.split(separator: "\"", omittingEmptySubsequences: false).map(String.init)
        for index in parts.indices.dropFirst(3) {
            guard parts[index - 1].allSatisfy({ $0 == ":" || $0.isWhitespace }), parts[index - 1].contains(":")
            else { continue }
            if SecretName.isOne(parts[index - 2]), SecretName.isLiteral(parts[index]) { parts[index] = "********" }
        }
        return parts.joined(separator: "\"")
    }
}
