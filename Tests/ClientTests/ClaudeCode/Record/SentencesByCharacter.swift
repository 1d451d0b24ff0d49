import Platform

@testable import Client

/// `Sentences`, written for reading and not for speed: what the tests compare it with.
enum SentencesByCharacter {
    /// Characters that a sentence worth keeping has.
    static let lengths = 20...320
    private static let longestText = 20_000

    static func of(_ text: String) -> [String] {
        var sentences: [String] = []
        var paragraph = ""
        var isInCode = false
        func end() {
            sentences += split(paragraph)
            paragraph = ""
        }
        for line in ShortText.beginning(of: text, longestText).split(
            separator: "\n", omittingEmptySubsequences: false)
        {
            let line = line.trimmed
            if line.hasPrefix("```") || line.hasPrefix("~~~") {
                end()
                isInCode.toggle()
            } else if isInCode {
                continue
            } else if line.isEmpty || isNoProse(line) {
                end()
            } else if let item = listItem(line) {
                end()
                paragraph = item
            } else {
                paragraph += (paragraph.isEmpty ? "" : " ") + line
            }
        }
        end()
        return sentences
    }

    private static func isNoProse(_ line: String) -> Bool {
        line.hasPrefix("#") || line.hasPrefix("|") || line.hasPrefix(">") || line.hasPrefix("<")
            || line.allSatisfy { "-=*_ ".contains($0) } || (line.hasSuffix(":") && line.count < 60)
    }

    private static func listItem(_ line: String) -> String? {
        for mark in ["- ", "* ", "+ ", "• "] where line.hasPrefix(mark) { return String(line.dropFirst(2)) }
        let digits = line.prefix { $0.isNumber }
        let rest = line.dropFirst(digits.count)
        guard !digits.isEmpty, digits.count <= 2, rest.hasPrefix(". ") || rest.hasPrefix(") ") else { return nil }
        return String(rest.dropFirst(2))
    }

    private static func split(_ paragraph: String) -> [String] {
        let text = Array(paragraph)
        var sentences: [String] = []
        var start = 0
        for index in text.indices where ".!?".contains(text[index]) {
            // `a.swift`, `1.2` and `e.g. this` go on.
            guard index + 1 == text.count || text[index + 1] == " " else { continue }
            let next = index + 2 < text.count ? text[index + 2] : " "
            guard index + 2 >= text.count || next.isUppercase || next.isNumber || "`*\"([".contains(next) else {
                continue
            }
            let sentence = String(text[start...index])
            if ["e.g.", "i.e.", "etc.", "vs.", "cf.", "approx."].contains(where: sentence.hasSuffix) { continue }
            sentences.append(sentence)
            start = index + 1
        }
        if start < text.count { sentences.append(String(text[start...])) }
        return sentences.map { plain($0) }.filter { !$0.isEmpty }
    }

    /// Without emphasis, and without the word that ties it to the sentence before; backticks stay.
    private static func plain(_ sentence: String) -> String {
        let text = sentence.split(separator: "**", omittingEmptySubsequences: false).joined()
            .split(whereSeparator: \.isWhitespace).joined(separator: " ")
        for tie in ["And ", "But ", "So ", "Also, ", "Also ", "Plus, "] where text.hasPrefix(tie) {
            let rest = text.dropFirst(tie.count)
            return rest.prefix(1).uppercased() + rest.dropFirst()
        }
        return text
    }

    /// Letters and digits alone: whether two sentences say the same.
    static func words(_ sentence: String) -> [String] {
        sentence.lowercased().split { !($0.isLetter || $0.isNumber) }.map(String.init)
    }

    /// Whether most of the shorter one's words are in the other.
    static func areAlike(_ one: String, _ other: String) -> Bool {
        areAlike(Set(words(one)), Set(words(other)))
    }

    static func areAlike(_ a: Set<String>, _ b: Set<String>) -> Bool {
        let fewer = min(a.count, b.count)
        return fewer > 0 && Double(a.intersection(b).count) >= 0.8 * Double(fewer)
    }
}
