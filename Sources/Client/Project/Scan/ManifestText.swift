import Platform

/// The first text between quotes.
enum Quoted {
    static func first(in text: Substring) -> String? {
        guard let start = text.firstIndex(where: { $0 == "\"" || $0 == "'" }) else { return nil }
        let rest = text[text.index(after: start)...]
        guard let end = rest.firstIndex(of: text[start]) else { return nil }
        return String(rest[..<end])
    }
}

/// The values of a TOML file that are texts or lists of texts, by table and key.
struct TOMLValues {
    /// What stands behind `=`, whole.
    private var values: [(table: String, key: String, raw: String)] = []
    private var tables: Set<String> = []

    init(_ text: String) {
        var table = ""
        var pending: (key: String, raw: String)?
        for line in text.split(whereSeparator: \.isNewline) {
            let line = Self.withoutComment(line)
            if let unfinished = pending {
                pending = (unfinished.key, unfinished.raw + " " + line)
            } else if line.hasPrefix("[") {
                table = String(line.drop { $0 == "[" }.prefix { $0 != "]" })
                tables.insert(table)
            } else if let equals = line.firstIndex(of: "=") {
                let key = line[..<equals].filter { !$0.isWhitespace && $0 != "\"" && $0 != "'" }
                pending = (key, String(line[line.index(after: equals)...].drop(while: \.isWhitespace)))
            }
            if let finished = pending, Self.isComplete(finished.raw) {
                values.append((table, finished.key, finished.raw))
                pending = nil
            }
        }
    }

    func hasTable(_ name: String) -> Bool { tables.contains { $0 == name || $0.hasPrefix(name + ".") } }

    func string(_ table: String, _ key: String) -> String? {
        guard let raw = values.first(where: { $0.table == table && $0.key == key })?.raw,
            raw.first == "\"" || raw.first == "'"
        else { return nil }
        let mark = raw.prefix(3).allSatisfy { $0 == raw.first } && raw.count > 5 ? 3 : 1
        let text = raw.dropFirst(mark)
        guard let end = text.firstRange(of: String(repeating: raw.first ?? "\"", count: mark)) else { return nil }
        return String(text[..<end.lowerBound])
    }

    /// The texts of a list.
    func strings(_ table: String, _ key: String) -> [String] {
        guard let raw = values.first(where: { $0.table == table && $0.key == key })?.raw, raw.hasPrefix("[") else {
            return []
        }
        var texts: [String] = []
        var rest = raw[...]
        while let start = rest.firstIndex(where: { $0 == "\"" || $0 == "'" }) {
            let text = rest[rest.index(after: start)...]
            guard let end = text.firstIndex(of: rest[start]) else { break }
            texts.append(String(text[..<end]))
            rest = text[text.index(after: end)...]
        }
        return texts
    }

    /// The keys of a table, and the tables right below it: `[dependencies.serde]` is one of `dependencies`.
    func keys(_ table: String) -> [String] {
        let below = tables.filter { $0.hasPrefix(table + ".") }.map { String($0.dropFirst(table.count + 1)) }
        let own = values.filter { $0.table == table }.map { String($0.key.prefix { $0 != "." }) }
        return own + below.filter { !$0.contains(".") }.sorted()
    }

    /// Brackets and quotes are closed.
    private static func isComplete(_ raw: String) -> Bool {
        if raw.hasPrefix("\"\"\"") || raw.hasPrefix("'''") { return raw.count >= 6 && raw.hasSuffix(raw.prefix(3)) }
        var depth = 0
        var quote: Character?
        for character in raw {
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "\"" || character == "'" {
                quote = character
            } else if "[{".contains(character) {
                depth += 1
            } else if "]}".contains(character) {
                depth -= 1
            }
        }
        return depth <= 0
    }

    private static func withoutComment(_ line: Substring) -> String {
        var quote: Character?
        var kept = ""
        for character in line {
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "\"" || character == "'" {
                quote = character
            } else if character == "#" {
                break
            }
            kept.append(character)
        }
        var text = kept[...].drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}

/// The texts of an XML file that stand alone in an element, with the names of the elements around them; as far as it can be read.
enum XMLLeaves {
    static func of(_ text: String) -> [(path: String, text: String)] {
        var leaves: [(path: String, text: String)] = []
        var path: [String] = []
        var content = ""
        do {
            var reader = try XMLReader(Array(text.utf8))
            while let event = try reader.next() {
                switch event {
                case .start(let name, _):
                    path.append(name)
                    content = ""
                case .text(let text): content += text
                case .end:
                    leaves.append((path.joined(separator: "/"), content.trimmed))
                    path.removeLast()
                    content = ""
                }
            }
        } catch {
            // What stands before the mistake is read all the same.
        }
        return leaves
    }
}
