package import Platform

/// A Python package that a tool needs: `requests`, `requests==2.32.3`, `httpx[http2]>=0.27; python_version > "3.9"`
/// (PEP 508), or a name and a version apart.
package struct PipRequirement: Sendable, Equatable {
    /// With its extras: `httpx[http2]`.
    package let name: String
    /// An exact version (`2.32.3`), or a condition (`>=2,<3`); nil for any.
    package let version: String?
    /// The text given, nil when name and version were given apart.
    package let text: String?

    /// - Throws: `Refusal(.invalid)` for what pip would not read, or would read as one of its options.
    package init(_ text: String) throws {
        let requirement = Self.trimmed(text[...])
        let name = requirement.prefix { Self.isNameByte($0) }
        var rest = requirement.dropFirst(name.count).drop { $0 == " " }
        var extras = ""
        if rest.first == "[", let end = rest.firstIndex(of: "]") {
            extras = String(rest[...end].filter { $0 != " " })
            rest = rest[rest.index(after: end)...].drop { $0 == " " }
        }
        guard Self.isName(name), Self.isCondition(rest), !text.contains(where: \.isNewline) else {
            throw Refusal.invalid(
                "pip_requirements: '\(text.prefix(100))' is not a requirement such as 'requests' or 'requests>=2.31,<3'."
            )
        }
        self.name = name + extras
        self.text = String(requirement)
        version = Self.version(rest)
    }

    package init(name: String, version: String?) throws {
        let condition = version.map { Self.trimmed($0[...]) } ?? ""
        let exact = condition.first?.isNumber == true ? "==" + condition : String(condition)
        let whole = try PipRequirement(exact.isEmpty ? name : name + " " + exact)
        guard whole.version != nil || condition.isEmpty else {
            throw Refusal.invalid("pip_requirements: '\(name.prefix(100))' has a version that is not one.")
        }
        self.name = whole.name
        self.version = whole.version
        text = nil
    }

    /// As it is stored (`json`), as text, or as `{"name", "version"}` alone.
    /// - Throws: `Refusal(.invalid)`.
    package init(_ json: JSONValue) throws {
        if let text = json.string ?? json["req_string"]?.string {
            try self.init(text)
        } else if let name = json["name"]?.string {
            try self.init(name: name, version: json["version"]?.string)
        } else {
            throw Refusal.invalid("pip_requirements: an item needs a name or a req_string.")
        }
    }

    /// As pip reads it.
    package var requirement: String {
        guard text == nil else { return text ?? name }
        guard let version else { return name }
        return name + (version.first?.isNumber == true ? "==" : "") + version
    }

    package var json: JSONValue {
        var members = JSONObject([("name", .string(name)), ("version", version.map { .string($0) } ?? .null)])
        if let text { members["req_string"] = .string(text) }
        return .object(members)
    }

    private static func isName(_ name: some StringProtocol) -> Bool {
        guard let first = name.unicodeScalars.first, let last = name.unicodeScalars.last else { return false }
        return first.properties.isAlphabetic || first.properties.numericType != nil
            ? last != "." && last != "-" && last != "_" : false
    }

    private static func isNameByte(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "._-".contains(character))
    }

    /// What may follow a name: nothing, version conditions, a URL; then an environment marker.
    private static func isCondition(_ rest: Substring) -> Bool {
        let condition = unwrapped(rest.prefix { $0 != ";" })
        if condition.isEmpty { return true }
        if condition.first == "@" {
            let address = trimmed(condition.dropFirst())
            return address.contains("://") && !address.contains(where: \.isWhitespace)
        }
        return condition.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { part in
            let part = trimmed(part)
            let sign = part.prefix { "=<>!~".contains($0) }
            let version = trimmed(part.dropFirst(sign.count))
            return signs.contains(String(sign)) && !version.isEmpty
                && version.allSatisfy { isNameByte($0) || "*+!".contains($0) }
        }
    }

    private static let signs: Set<String> = ["==", "===", ">=", "<=", ">", "<", "~=", "!="]

    /// `==2.1` alone is the version 2.1; other conditions stay as they are; markers and URLs are in the text only.
    private static func version(_ rest: Substring) -> String? {
        let condition = unwrapped(rest.prefix { $0 != ";" })
        if condition.isEmpty || condition.first == "@" { return nil }
        let isExact = condition.hasPrefix("==") && !condition.contains(",") && !condition.contains("*")
        return isExact ? String(trimmed(condition.drop { $0 == "=" })) : String(condition)
    }

    /// Without the parentheses that older requirements have: `(>=2)`.
    private static func unwrapped(_ text: Substring) -> Substring {
        let text = trimmed(text)
        return text.first == "(" && text.last == ")" ? trimmed(text.dropFirst().dropLast()) : text
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0 == " " || $0 == "\t" }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }
}
