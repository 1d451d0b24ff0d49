package import Platform

/// Times as models and people write them: a date, a date and a time, or how long ago.
package enum RecallTime {
    private static let units: [(name: String, letter: String, seconds: Double)] = [
        ("minute", "min", 60), ("hour", "h", 3600), ("day", "d", 86_400), ("week", "w", 604_800),
        ("month", "mo", 2_629_800), ("year", "y", 31_557_600),
    ]

    static func bound(_ arguments: ToolArguments, _ name: String) throws -> String? {
        guard let text = arguments.text(name) else { return nil }
        guard let time = time(text, now: .now) else {
            throw ToolError(
                "'\(ShortText.preview(text, 60))' is not a time for '\(name)'. "
                    + "Write 2026-05-01, 2026-05-01T10:00Z, or how long ago: '7 days'.")
        }
        return time
    }

    /// A date stays one: the server takes it for the whole day.
    package static func time(_ text: String, now: Timestamp) -> String? {
        if Timestamp(iso8601: text) != nil { return text }
        let words = text.lowercased().split(whereSeparator: { $0.isWhitespace || $0 == "_" })
        switch words {
        case ["now"]: return now.iso8601
        case ["today"]: return now.day
        case ["yesterday"]: return now.adding(seconds: -86_400).day
        default: break
        }
        guard let seconds = seconds(words) else { return nil }
        let time = now.adding(seconds: -seconds)
        return time.civil.year >= 1 ? time.iso8601 : nil
    }

    /// How long `7d`, `2w`, `7 days` and `7 days ago` are; nil for anything else.
    package static func seconds(_ text: String) -> Double? {
        seconds(text.lowercased().split(whereSeparator: { $0.isWhitespace || $0 == "_" }))
    }

    private static func seconds(_ words: [Substring]) -> Double? {
        var words = words
        if words.last == "ago" { words.removeLast() }
        if words.count == 1 {
            let digits = words[0].prefix { $0.isNumber || $0 == "." }
            words = [digits, words[0].dropFirst(digits.count)]
        }
        guard words.count == 2, let number = Double(words[0]), (0...10_000).contains(number),
            let unit = units.first(where: { [$0.name, $0.name + "s", $0.letter].contains(String(words[1])) })
        else { return nil }
        return number * unit.seconds
    }
}
