/// Looks at scripts that Claude Code runs as hooks: what they read of their input, and how they end.
struct HookScriptScan: Sendable {
    let path: String

    /// Members that guides read and no event has.
    private static let invented = ["conversation_summary", "tool_usage", "files_modified", "duration_seconds"]

    /// Documents are looked at where they show such a script between fences.
    func findings(in text: String, kind: FileKind) -> [ScanFinding] {
        guard kind == .document else { return findings(in: text, firstLine: 1) }
        return Fence.all(in: text, language: "python").flatMap { findings(in: $0.text, firstLine: $0.line) }
    }

    private func findings(in text: String, firstLine: Int) -> [ScanFinding] {
        let readsInput = text.contains("json.load(sys.stdin") || text.contains("json.loads(sys.stdin")
        let isHook = readsInput || path.contains(".claude/hooks/")
        guard isHook else { return [] }
        var findings: [ScanFinding] = []
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        // A `duration_seconds` may be of something else; of what else these are read from it is the input's.
        let inputs = Set(
            lines.flatMap { line in
                (Self.invented.dropLast() + ["session_id", "transcript_path"]).compactMap {
                    Self.receiver(of: $0, in: line)
                }
            })
        for (index, line) in lines.enumerated() {
            let code = line.drop { $0 == " " || $0 == "\t" }
            if code.hasPrefix("#") { continue }
            for name in Self.invented {
                guard let receiver = Self.receiver(of: name, in: line), inputs.contains(receiver) else { continue }
                findings.append(ScanFinding("hook-input", path, firstLine + index, "`\(name)`:"))
            }
            if code.hasPrefix("sys.exit(1)") || code.hasPrefix("exit(1)")
                || (path.hasSuffix(".sh") && code.hasPrefix("exit 1"))
            {
                findings.append(ScanFinding("hook-exit", path, firstLine + index))
            }
        }
        return findings
    }

    /// What a member is read from: `data` of `data.get("name"` and of `data["name"]`.
    private static func receiver(of name: String, in line: Substring) -> String? {
        for quote in ["\"", "'"] {
            for opening in [".get(", "["] {
                guard let range = line.firstRange(of: opening + quote + name + quote) else { continue }
                let word = line[..<range.lowerBound].reversed().prefix { $0.isLetter || $0.isNumber || $0 == "_" }
                if !word.isEmpty { return String(word.reversed()) }
            }
        }
        return nil
    }
}
