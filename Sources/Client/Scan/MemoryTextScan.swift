/// Looks at commands and skills: whether they may call the tools that they speak of.
struct MemoryTextScan: Sendable {
    let path: String

    func findings(in text: String) -> [ScanFinding] {
        if let head = Self.head(of: text) { return findings(in: text, head, firstLine: 1) }
        return Fence.all(in: text, language: "markdown").flatMap { fence -> [ScanFinding] in
            guard let head = Self.head(of: fence.text) else { return [] }
            return findings(in: fence.text, head, firstLine: fence.line)
        }
    }

    private func findings(in text: String, _ head: Head, firstLine: Int) -> [ScanFinding] {
        guard let allowed = head.allowed, !allowed.contains("mcp__"), !allowed.contains("*,"), allowed != "*" else {
            return []
        }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            // A tool is named in marks; the words alone, such as `recall`, are too common to tell.
            for word in line.split(separator: "`").dropFirst()
            where word.contains("_") && Self.tools.contains(String(word)) {
                return [ScanFinding("command-tools", path, firstLine + index, "`\(word)`:")]
            }
        }
        guard head.isOfGuides, let index = lines.firstIndex(where: { $0.hasPrefix("allowed-tools:") }) else {
            return []
        }
        return [ScanFinding("command-tools", path, firstLine + index)]
    }

    private static let tools = Set(ToolProfile.all.tools.map(\.name))

    struct Head {
        let allowed: String?
        /// It says that it works with the memory, as the guides' commands do.
        let isOfGuides: Bool
    }

    /// The lines between the first two `---`.
    static func head(of text: String) -> Head? {
        let lines = text.split(whereSeparator: \.isNewline)
        guard lines.first == "---", let end = lines.dropFirst().firstIndex(of: "---") else { return nil }
        let allowed = lines[..<end].first { $0.hasPrefix("allowed-tools:") }
        let description = lines[..<end].first { $0.hasPrefix("description:") } ?? ""
        return Head(
            allowed: allowed.map { String($0.dropFirst(14).drop { $0 == " " }) },
            isOfGuides: description.contains("Letta"))
    }
}
