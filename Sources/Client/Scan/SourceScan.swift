/// Looks for the mistakes of `ScanRule.all` in one file's text.
package struct SourceScan: Sendable {
    private let rules: [ScanRule]

    package init(rules: [ScanRule] = ScanRule.all) { self.rules = rules }

    /// Findings in the order of their lines. Python's comments are not looked at, documents are as a whole.
    package func findings(in text: String, path: String) -> [ScanFinding] {
        guard let kind = FileKind(path: path) else { return [] }
        let source = SourceText(text, isPython: kind == .python)
        var findings: [ScanFinding] = []
        for rule in rules where kind.isLookedAt(by: rule) {
            for line in Set(lines(of: rule.pattern, in: source)) {
                findings.append(
                    ScanFinding(
                        path: path, line: line, rule: rule.name, weight: rule.weight, mistake: rule.mistake,
                        instead: rule.instead))
            }
        }
        if kind == .settings || kind == .document {
            findings += SettingsScan(path: path).findings(in: text, kind: kind)
        }
        if kind != .settings { findings += HookScriptScan(path: path).findings(in: text, kind: kind) }
        if kind == .document { findings += MemoryTextScan(path: path).findings(in: text) }
        var seen: Set<ScanFinding.Place> = []
        return findings.filter { seen.insert($0.place).inserted }.sorted { ($0.line, $0.rule) < ($1.line, $1.rule) }
    }

    /// Whether a file is of a kind that is looked at.
    package static func isOfInterest(_ path: String) -> Bool { FileKind(path: path) != nil }

    private func lines(of pattern: ScanRule.Pattern, in source: SourceText) -> [Int] {
        switch pattern {
        case .call(let name): source.calls(name).map { source.line(at: $0.start) }
        case .argument(let name, let argument):
            source.calls(name).compactMap { call in
                source.arguments(of: call)[argument].map { source.line(at: $0) }
            }
        case .missingArgument(let name, let given, let missing):
            source.calls(name).compactMap { call in
                let arguments = source.arguments(of: call)
                let isMistake = given.contains { arguments[$0] != nil } && missing.allSatisfy { arguments[$0] == nil }
                return isMistake ? source.line(at: call.start) : nil
            }
        case .line(let words): source.lines(with: words)
        case .structure: []
        }
    }
}

/// What a file is, by its name.
enum FileKind: Sendable {
    case python, settings, document, script

    init?(path: String) {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let ending = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
        switch ending {
        case "py", "ipynb": self = .python
        case "json", "jsonc": self = .settings
        case "md", "mdx", "rst", "txt": self = .document
        case "sh", "bash", "zsh", "yml", "yaml", "toml", "env", "js", "mjs", "ts": self = .script
        default:
            guard name == "Dockerfile" || name == "Makefile" || name.hasPrefix(".env") else { return nil }
            self = .script
        }
    }

    func isLookedAt(by rule: ScanRule) -> Bool {
        switch rule.files {
        case .any: true
        case .python: self == .python || self == .document
        case .settings: self == .settings || self == .document
        }
    }
}
