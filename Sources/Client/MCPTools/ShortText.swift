/// Texts as a model is shown them. Characters are Unicode scalars, as the server counts them.
enum ShortText {
    static func size(of text: String) -> Int { text.unicodeScalars.count }

    /// The first characters of a text; nil when it has no more than these.
    static func prefix(of text: String, _ most: Int) -> String? {
        let scalars = text.unicodeScalars
        guard let end = scalars.index(scalars.startIndex, offsetBy: most, limitedBy: scalars.endIndex),
            end < scalars.endIndex
        else { return nil }
        return String(scalars[..<end])
    }

    /// The beginning of a text, which shows that there is more.
    static func beginning(of text: String, _ most: Int) -> String { prefix(of: text, most).map { $0 + "…" } ?? text }

    /// The beginning, on one line.
    static func preview(_ text: String, _ most: Int) -> String {
        let start = beginning(of: text, most * 4)
        return beginning(of: words(of: start).joined(separator: " "), most)
    }

    /// By scalars: where characters end costs more to find out than all the rest.
    private static func words(of text: String) -> [String] {
        text.unicodeScalars.split { scalar in
            scalar.isASCII ? scalar == " " || (9...13).contains(scalar.value) : scalar.properties.isWhitespace
        }.map(String.init)
    }

    /// A name that somebody else chose, inside of a sentence: without what could end the sentence's quotes or begin a tag.
    static func name(_ name: String) -> String {
        String(preview(name, 60).map { "<>'\"`".contains($0) ? "_" : $0 })
    }

    /// The beginning of the first line; nil when there is none.
    static func firstLine(of text: String?, _ most: Int = 120) -> String? {
        text?.split(whereSeparator: \.isNewline).first.map { beginning(of: String($0), most) }
    }

    /// A text with its middle left out when it is long: the beginning says what it is, the end how it went.
    static func withoutMiddle(_ text: String, _ most: Int) -> String {
        let scalars = text.unicodeScalars
        let left = scalars.count - most
        guard left > 0 else { return text }
        return String(scalars.prefix(most / 2)) + "\n… \(left) characters left out …\n"
            + String(scalars.suffix(most - most / 2))
    }

    /// A stored time to the minute: `2026-11-20T20:30Z`.
    static func time(_ iso8601: String?) -> String? { iso8601.map { String($0.prefix(16)) + "Z" } }

    /// Tags as an answer shows them; there may be a thousand of them, of any length.
    static func tags(_ tags: [String]) -> [String] { tags.prefix(12).map { beginning(of: $0, 100) } }
}
