import Platform

/// The block between two `---` lines that many tools put on top of a Markdown file. Of YAML it reads what such blocks
/// have: `name: value`, `[a, b]`, and lists of `- item`; of anything deeper it keeps the text.
struct FrontMatter: Equatable {
    var metadata = JSONObject()
    var tags: [String] = []
    var createdAt: Timestamp?
    /// How many lines it takes, with both fences.
    var lineCount = 0

    private static let tagFields: Set<String> = ["tags", "tag", "keywords", "categories"]
    private static let timeFields: Set<String> = ["date", "created", "created_at", "published"]

    /// - Parameter lines: of the whole file.
    init(_ lines: [Substring]) {
        guard let first = lines.first, Self.isFence(first),
            let end = lines.dropFirst().firstIndex(where: { Self.isFence($0) || $0 == "..." })
        else { return }
        lineCount = end + 1
        var name: String?
        var items: [JSONValue] = []
        for line in lines[1..<end] {
            let text = line.trimmed
            if text.isEmpty || text.hasPrefix("#") { continue }
            if let current = name, text.hasPrefix("- ") || line.first?.isWhitespace == true {
                items.append(Self.scalar(text.hasPrefix("- ") ? String(text.dropFirst(2)) : text))
                keep(current, .array(items))
                continue
            }
            guard let colon = text.firstIndex(of: ":") else { continue }
            let newName = text[..<colon].trimmed
            name = newName
            items = []
            keep(newName, Self.value(text[text.index(after: colon)...].trimmed))
        }
    }

    private static func isFence(_ line: Substring) -> Bool {
        line.trimmed == "---" && line.hasPrefix("-")
    }

    private mutating func keep(_ name: String, _ value: JSONValue) {
        let key = name.lowercased()
        if Self.tagFields.contains(key), let found = ImportFields.tags(value) {
            tags = found
        } else if Self.timeFields.contains(key), let time = ImportFields.time(value) {
            createdAt = time
        } else if !value.isNull {
            metadata[name] = value
        }
    }

    private static func value(_ text: String) -> JSONValue {
        guard text.hasPrefix("["), text.hasSuffix("]") else { return text.isEmpty ? .null : scalar(text) }
        let items = text.dropFirst().dropLast().split(separator: ",")
        return .array(items.map { scalar($0.trimmed) })
    }

    private static func scalar(_ text: String) -> JSONValue {
        for quote in ["\"", "'"] where text.count >= 2 && text.hasPrefix(quote) && text.hasSuffix(quote) {
            return .string(String(text.dropFirst().dropLast()))
        }
        switch text {
        case "true": return .bool(true)
        case "false": return .bool(false)
        default: return Int64(text).map { .int($0) } ?? .string(text)
        }
    }
}
