/// One mistake that scripts and settings of Letta users make, and what to write instead.
package struct ScanRule: Sendable {
    /// How the mistake looks in a file.
    package enum Pattern: Sendable {
        /// A call: `.agents.get`, with anything before it but a name's letter, and a parenthesis after it.
        case call(String)
        /// An argument of a call, given by name: `Letta`, `token`.
        case argument(of: String, String)
        /// A call that names one of the first arguments and none of the second: `Letta`, `api_key`, `base_url`.
        case missingArgument(of: String, given: [String], missing: [String])
        /// Words that stand on one line in this order.
        case line([String])
        /// Nothing that one line tells: `SettingsScan`, `HookScriptScan` and `ProjectScan` find it.
        case structure
    }

    package enum Weight: String, Sendable {
        /// It fails.
        case error
        /// It works, but not as it reads, or not with every release.
        case warning
    }

    /// The files that a rule looks at.
    package enum Files: Sendable {
        case python, settings, any
    }

    /// A stable name: `sdk-token`.
    package let name: String
    package let weight: Weight
    package let files: Files
    package let pattern: Pattern
    package let mistake: String
    /// The right call.
    package let instead: String

    init(_ name: String, _ weight: Weight, _ files: Files, _ pattern: Pattern, _ mistake: String, instead: String) {
        self.name = name
        self.weight = weight
        self.files = files
        self.pattern = pattern
        self.mistake = mistake
        self.instead = instead
    }
}

/// A place where a rule applies.
package struct ScanFinding: Sendable, Equatable {
    package let path: String
    /// From 1.
    package let line: Int
    package let rule: String
    package let weight: ScanRule.Weight
    package let mistake: String
    package let instead: String

    /// A rule finds one thing in one place once.
    struct Place: Hashable {
        let line: Int
        let rule: String
    }

    var place: Place { Place(line: line, rule: rule) }
}

extension ScanFinding {
    /// What a rule of `ScanRule.all` says, with the words of this place before it where there are some.
    init(_ rule: String, _ path: String, _ line: Int, _ detail: String? = nil) {
        let known = ScanRule.named[rule]
        self.init(
            path: path, line: line, rule: rule, weight: known?.weight ?? .warning,
            mistake: [detail, known?.mistake].compactMap { $0 }.joined(separator: " "), instead: known?.instead ?? "")
    }
}

extension ScanRule {
    fileprivate static let named = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }
}
