import Platform

/// Paths that a project keeps out: the lines of `.gitignore` and `.roostignore` in its top folder.
struct IgnoredPaths: Sendable {
    private struct Rule {
        let parts: [Substring]
        /// From the top only; else at any depth.
        let isAnchored: Bool
        let isExcepted: Bool
    }

    private var rules: [Rule] = []

    init(folder: String) {
        for name in [".gitignore", ".roostignore"] where FileText.exists(folder + "/" + name) {
            // One that cannot be read keeps nothing out.
            if let text = try? FileText.readText(folder + "/" + name) { add(text) }
        }
    }

    init(_ text: String) { add(text) }

    private mutating func add(_ text: String) {
        for line in text.split(whereSeparator: \.isNewline) {
            var line = line
            while line.last?.isWhitespace == true { line.removeLast() }
            let isExcepted = line.hasPrefix("!")
            if isExcepted { line.removeFirst() }
            if line.isEmpty || line.hasPrefix("#") { continue }
            // What is said of a folder holds for all in it, so a mark that it is one changes nothing for files.
            if line.hasSuffix("/") { line.removeLast() }
            let parts = line.split(separator: "/")
            if parts.isEmpty { continue }
            rules.append(Rule(parts: parts, isAnchored: line.contains("/"), isExcepted: isExcepted))
        }
    }

    /// - Parameter path: relative to the top folder. The last rule that speaks of it, or of a folder it is in, decides.
    func contains(_ path: String) -> Bool {
        let parts = path.split(separator: "/")
        return rules.last { Self.speaks($0, of: parts) }.map { !$0.isExcepted } ?? false
    }

    private static func speaks(_ rule: Rule, of path: [Substring]) -> Bool {
        let starts = rule.isAnchored ? [0] : Array(path.indices)
        return starts.contains { start in
            (start..<path.count).contains { fits(rule.parts[...], path[start...$0]) }
        }
    }

    private static func fits(_ rule: ArraySlice<Substring>, _ path: ArraySlice<Substring>) -> Bool {
        guard let first = rule.first else { return path.isEmpty }
        if first == "**" {
            return (path.startIndex...path.endIndex).contains { fits(rule.dropFirst(), path[$0...]) }
        }
        guard let name = path.first, matches(Array(first.utf8)[...], Array(name.utf8)[...]) else { return false }
        return fits(rule.dropFirst(), path.dropFirst())
    }

    /// `*` is any number of bytes, `?` one.
    private static func matches(_ pattern: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>) -> Bool {
        guard let first = pattern.first else { return name.isEmpty }
        if first == UInt8(ascii: "*") {
            return (name.startIndex...name.endIndex).contains { matches(pattern.dropFirst(), name[$0...]) }
        }
        guard let byte = name.first, first == byte || first == UInt8(ascii: "?") else { return false }
        return matches(pattern.dropFirst(), name.dropFirst())
    }
}
