/// Cuts a long text into pieces that together are the whole text. They do not overlap.
enum TextWindows {
    /// Pieces of at most `tokens`, as `TokenEstimate` counts them, cut after white space where there is some in the last
    /// quarter of a piece. A text that is short enough is one piece.
    static func split(_ text: String, tokens: Int) -> [String] {
        // An estimate is at most a token a byte: most texts need not be counted.
        if text.utf8.count <= tokens || TokenEstimate.of(text) <= tokens { return [text] }
        let most = max(16, tokens * 2)
        var pieces: [String] = []
        var rest = text[...]
        while !rest.isEmpty {
            let end = end(of: rest, halves: most)
            pieces.append(String(rest[..<end]))
            rest = rest[end...]
        }
        return pieces
    }

    /// Two pieces of about the same size; nil when the text is too short to be cut any more.
    static func halved(_ text: String) -> [String]? {
        let tokens = TokenEstimate.of(text)
        guard tokens >= 32 else { return nil }
        let pieces = split(text, tokens: (tokens + 1) / 2 + 1)
        return pieces.count > 1 ? pieces : nil
    }

    /// Where the first piece of a text ends: never inside of a character.
    private static func end(of text: Substring, halves most: Int) -> String.Index {
        var spent = 0
        var end = text.startIndex
        var space: (index: String.Index, spent: Int)?
        while end < text.endIndex {
            let next = text.index(after: end)
            spent += text[end..<next].unicodeScalars.reduce(0) { $0 + TokenEstimate.halves($1) }
            // One character, however many signs it is made of, always goes in.
            if spent > most, end > text.startIndex {
                guard let space, space.spent * 4 >= most * 3 else { return end }
                return space.index
            }
            if text[end].isWhitespace { space = (next, spent) }
            end = next
        }
        return end
    }
}
