import Platform

/// The text of every setting and where it came from. Sources, strongest first: flags, `ROOST_*` variables, `LETTA_*` and
/// plain variables, the file of `--env-file`, the file of `--config`, defaults.
struct SettingValues: Sendable {
    enum Source: Sendable, Equatable {
        case flag(String)
        case variable(String)
        case environmentFile(String)
        case configurationFile
        case fallback

        var shown: String {
            switch self {
            case .flag(let name): "--\(name)"
            case .variable(let name): name
            case .environmentFile(let name): "\(name) in the environment file"
            case .configurationFile: "the configuration file"
            case .fallback: "default"
            }
        }

        /// The variable's name, wherever it was set.
        var variable: String? {
            switch self {
            case .variable(let name), .environmentFile(let name): name
            case .flag, .configurationFile, .fallback: nil
            }
        }
    }

    struct Value: Sendable {
        let texts: [String]
        let source: Source
    }

    private(set) var values: [String: Value] = [:]
    /// What the operator should know about what was given: one line each.
    private(set) var notes: [String] = []

    /// - Parameters:
    ///   - flags: the options of the command line; those that are not settings are skipped.
    ///   - environmentFile: variables as the file gives them.
    ///   - configuration: keys and values of the configuration file.
    init(
        flags: [String: [String]] = [:], environment: [String: String] = [:], environmentFile: [String: String] = [:],
        configuration: [(String, String)] = []
    ) throws {
        for (key, _) in configuration where !Setting.all.contains(where: { $0.name == key }) {
            let near = NearMatch.question(key, in: Setting.all.map(\.name))
            throw Failure("The configuration file has an unknown setting '\(key)'.\(near) See docs/configuration.md.")
        }
        for setting in Setting.all {
            values[setting.name] = find(setting, flags, environment, environmentFile, configuration)
        }
        for (name, reason) in Setting.withoutEffect where Self.isSet(environment[name] ?? environmentFile[name]) {
            notes.append("\(name) has no effect: \(reason).")
        }
    }

    subscript(_ name: String) -> Value { values[name] ?? Value(texts: [], source: .fallback) }

    private mutating func find(
        _ setting: Setting, _ flags: [String: [String]], _ environment: [String: String],
        _ environmentFile: [String: String], _ configuration: [(String, String)]
    ) -> Value {
        if setting.hasFlag, let texts = flags[setting.name] {
            return Value(texts: Self.split(texts, setting), source: .flag(setting.name))
        }
        let roost = setting.environment.filter { $0.hasPrefix("ROOST_") }
        let others = setting.environment.filter { !roost.contains($0) }
        for (names, table, isFile) in [
            (roost, environment, false), (others, environment, false), (roost + others, environmentFile, true),
        ] {
            for name in names {
                guard let text = usable(table[name], of: name, for: setting) else { continue }
                return Value(
                    texts: Self.split([text], setting), source: isFile ? .environmentFile(name) : .variable(name))
            }
        }
        let configured = configuration.filter { $0.0 == setting.name }.map(\.1)
        if !configured.isEmpty { return Value(texts: Self.split(configured, setting), source: .configurationFile) }
        return Value(texts: setting.fallback.isEmpty ? [] : Self.split([setting.fallback], setting), source: .fallback)
    }

    /// The value of a variable; nil when it counts as unset.
    private mutating func usable(_ text: String?, of name: String, for setting: Setting) -> String? {
        guard let text = text.flatMap(Self.expanded), !text.isEmpty else { return nil }
        // Kubernetes puts tcp://ADDRESS:PORT of a service named "roost" into ROOST_PORT, of one named "mcp" into MCP_PORT.
        if ["port", "mcp-port"].contains(setting.name), text.hasPrefix("tcp://") {
            notes.append("\(name) is an address that Kubernetes set for a service; it is not used.")
            return nil
        }
        return text
    }

    private static func isSet(_ text: String?) -> Bool { text.flatMap(expanded).map { !$0.isEmpty } ?? false }

    /// A value that is exactly `${X}` counts as unset and `${X:-d}` as `d`: some clients hand such texts on unexpanded.
    static func expanded(_ text: String) -> String? {
        guard text.hasPrefix("${"), text.hasSuffix("}") else { return text }
        let inner = text.dropFirst(2).dropLast()
        guard !inner.contains("}") else { return text }
        guard let mark = inner.firstIndex(of: ":") else { return nil }
        let rest = inner[inner.index(after: mark)...]
        return rest.hasPrefix("-") ? String(rest.dropFirst()) : text
    }

    private static func split(_ texts: [String], _ setting: Setting) -> [String] {
        guard case .list = setting.kind else { return texts.suffix(1).map { $0 } }
        return texts.flatMap { $0.split(separator: ",") }.map { trimmed($0) }.filter { !$0.isEmpty }
    }

    static func trimmed(_ text: some StringProtocol) -> String {
        let isSpace = { (character: Character) in character == " " || character == "\t" || character == "\r" }
        var text = Substring(text)
        while let last = text.last, isSpace(last) { text.removeLast() }
        return String(text.drop(while: isSpace))
    }
}
