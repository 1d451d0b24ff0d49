import Platform

/// A text with places for an agent's secrets: `{{ NAME }}`, or `{{ NAME | default }}`.
struct SecretTemplate: Sendable {
    private enum Part {
        case text(Substring)
        case variable(name: String, fallback: String?)
    }

    private let parts: [Part]
    /// Names of what has to be given.
    var needed: [String] {
        parts.compactMap { part in
            if case .variable(let name, nil) = part { name } else { nil }
        }
    }

    init(_ text: String) {
        var parts: [Part] = []
        var rest = text[...]
        while let open = rest.firstRange(of: "{{"), let close = rest[open.upperBound...].firstRange(of: "}}") {
            guard let variable = Self.variable(rest[open.upperBound..<close.lowerBound]) else {
                parts.append(.text(rest[..<open.upperBound]))
                rest = rest[open.upperBound...]
                continue
            }
            parts.append(.text(rest[..<open.lowerBound]))
            parts.append(variable)
            rest = rest[close.upperBound...]
        }
        parts.append(.text(rest))
        self.parts = parts
    }

    var hasVariables: Bool {
        parts.contains { part in
            if case .variable = part { true } else { false }
        }
    }

    /// Nil when a secret that is needed is not there.
    func filled(_ secrets: [String: String]) -> String? {
        var text = ""
        for part in parts {
            switch part {
            case .text(let plain): text += plain
            case .variable(let name, let fallback):
                guard let value = secrets[name] ?? fallback else { return nil }
                text += value
            }
        }
        return text
    }

    private static func variable(_ inner: Substring) -> Part? {
        let halves = inner.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(halves[0]).trimmed
        let isName = name.utf8.enumerated().allSatisfy { index, byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"): index > 0
            default: false
            }
        }
        guard isName, !name.isEmpty else { return nil }
        return .variable(name: name, fallback: halves.count > 1 ? String(halves[1]).trimmed : nil)
    }
}
