import Domain
import Platform

/// Ranks tools by how well their name, tags and description match words.
struct ToolRanking {
    private let words: [String]
    private let tags: Set<String>
    private let limit: Int

    init(_ query: ToolQuery) {
        words = Self.words(of: query.text ?? "").uniqued
        tags = Set(query.tags)
        limit = query.limit
    }

    func matches(among tools: [Tool]) -> [ToolMatch] {
        let candidates = tags.isEmpty ? tools : tools.filter { !tags.isDisjoint(with: $0.tags) }
        if words.isEmpty { return candidates.prefix(limit).map { ToolMatch(tool: $0, rank: nil, score: 0) } }
        let scored = candidates.map { (tool: $0, score: score($0)) }.filter { $0.score > 0 }
        let ranked = scored.sorted { ($0.score, $1.tool.name) > ($1.score, $0.tool.name) }
        return ranked.prefix(limit).enumerated().map { index, match in
            ToolMatch(tool: match.tool, rank: index + 1, score: match.score)
        }
    }

    /// From 0 to 1: the share of the words found, a word of the name counting most.
    private func score(_ tool: Tool) -> Double {
        let name = Set(Self.words(of: tool.name))
        let tags = Set(tool.tags.flatMap(Self.words))
        let text = Set(Self.words(of: tool.description ?? ""))
        var total = 0.0
        for word in words {
            if name.contains(word) || tool.name.lowercased() == word {
                total += 1
            } else if name.contains(where: { $0.hasPrefix(word) || (word.hasPrefix($0) && $0.count > 3) }) {
                total += 0.8
            } else if tags.contains(word) {
                total += 0.6
            } else if text.contains(word) {
                total += 0.4
            } else if text.contains(where: { $0.hasPrefix(word) }) {
                total += 0.2
            }
        }
        return total / Double(words.count)
    }

    private static func words(of text: String) -> [String] {
        text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
    }
}
