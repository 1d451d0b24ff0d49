import Platform

/// The schema of a foreign tool's arguments, as every model takes it: an object, without references, every member with a
/// type, of bounded size. Health says how far the server's own was from that, in the contract's words.
struct ServedSchema: Sendable, Equatable {
    enum Health: String, Sendable {
        /// Models can be held to it to the letter.
        case strict = "STRICT_COMPLIANT"
        case loose = "NON_STRICT_ONLY"
        /// Not usable for a tool.
        case invalid = "INVALID"
    }

    let parameters: JSONObject
    let health: Health
    let reasons: [String]

    init(_ given: JSONObject) {
        var reading = SchemaReading(root: given)
        var shown = reading.schema(.object(given), "the arguments", depth: 0, [])
        reading.mergeChoices(of: &shown)
        shown["type"] = "object"
        shown["properties"] = .object(shown["properties"]?.object ?? JSONObject())
        shown["required"] = shown["required"] ?? .array([])
        parameters = shown
        var problem: String?
        if let type = given["type"], type != "object" { problem = "The schema of the arguments is no object." }
        if let members = given["properties"], members.object == nil { problem = "'properties' is no object." }
        if reading.isTooLarge { problem = "The schema has more than \(SchemaReading.mostNodes) parts." }
        reasons = [problem].compactMap { $0 } + reading.reasons
        health = problem != nil ? .invalid : reading.reasons.isEmpty ? .strict : .loose
    }
}

/// Rewrites one schema, noting what is changed or keeps models from being held to it.
struct SchemaReading {
    let root: JSONObject
    private(set) var reasons: [String] = []
    private(set) var isTooLarge = false
    private var nodes = 0

    static let mostNodes = 3000
    private static let deepest = 24
    private static let mostReasons = 20
    /// Members that are taken over as they are.
    private static let plain = [
        "enum", "const", "default", "format", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
        "multipleOf", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems",
    ]
    private static let types: Set<String> = ["object", "array", "string", "number", "integer", "boolean", "null"]

    init(root: JSONObject) { self.root = root }

    private mutating func note(_ reason: String) {
        if reasons.count < Self.mostReasons, !reasons.contains(reason) { reasons.append(reason) }
    }

    mutating func schema(_ json: JSONValue, _ place: String, depth: Int, _ path: [String]) -> JSONObject {
        nodes += 1
        guard nodes <= Self.mostNodes, depth <= Self.deepest else {
            isTooLarge = isTooLarge || nodes > Self.mostNodes
            note("\(place): too deep or too large; the rest was left out.")
            return ["type": "object"]
        }
        guard var given = json.object, !given.isEmpty || depth == 0 else {
            note("\(place): has no type; taken for a string.")
            return ["type": "string"]
        }
        if let reference = given["$ref"]?.string { return referred(reference, given, place, depth: depth, path) }
        if let parts = given["allOf"]?.array { given = merged(given, parts, path) }
        var shown = JSONObject()
        if let type = type(of: given, place, depth: depth) { shown["type"] = type }
        if let text = given["description"]?.string { shown["description"] = .string(ServedText.bounded(text, 2000)) }
        for name in Self.plain {
            if let value = given[name] { shown[name] = value }
        }
        if let choices = given["anyOf"]?.array ?? given["oneOf"]?.array, !choices.isEmpty {
            shown["anyOf"] = .array(
                choices.prefix(50).map { .object(schema($0, place, depth: depth + 1, path)) })
        }
        if Self.holds("object", shown["type"]) || given["properties"]?.object != nil {
            addMembers(of: given, to: &shown, place, depth: depth, path)
        }
        if Self.holds("array", shown["type"]) { shown["items"] = .object(items(of: given, place, depth: depth, path)) }
        return shown
    }

    // MARK: Types

    private static func holds(_ name: String, _ type: JSONValue?) -> Bool {
        type == .string(name) || type?.array?.contains(.string(name)) == true
    }

    private mutating func type(of given: JSONObject, _ place: String, depth: Int) -> JSONValue? {
        let known = (given["type"]?.array ?? given["type"].map { [$0] } ?? []).filter {
            $0.string.map(Self.types.contains) == true
        }
        if known.count == 1 { return known[0] }
        if known.count > 1 { return .array(known) }
        if given["properties"]?.object != nil || depth == 0 { return "object" }
        if given["items"] != nil || given["prefixItems"] != nil { return "array" }
        if given["anyOf"] != nil || given["oneOf"] != nil { return nil }
        switch given["enum"]?.array?.first ?? given["const"] {
        case .int?: return "integer"
        case .double?: return "number"
        case .bool?: return "boolean"
        case .string?: return "string"
        default: break
        }
        note("\(place): has no type; taken for a string.")
        return "string"
    }

    private mutating func addMembers(
        of given: JSONObject, to shown: inout JSONObject, _ place: String, depth: Int, _ path: [String]
    ) {
        var members = JSONObject()
        for member in given["properties"]?.object?.members ?? [] where nodes <= Self.mostNodes {
            let inner = depth == 0 ? "'\(member.name.prefix(100))'" : "\(place).'\(member.name.prefix(100))'"
            members[member.name] = .object(schema(member.value, inner, depth: depth + 1, path))
        }
        shown["properties"] = .object(members)
        let names = Set(members.members.map(\.name))
        let required = (given["required"]?.strings ?? []).filter(names.contains).uniqued
        shown["required"] = .array(required.map { .string($0) })
        if required.count < names.count { note("\(place): not every member is required.") }
        switch given["additionalProperties"] {
        case .bool(false)?: shown["additionalProperties"] = false
        case .object(let more)?:
            note("\(place): takes members of any name.")
            shown["additionalProperties"] = .object(schema(.object(more), place, depth: depth + 1, path))
        default: note("\(place): does not say that it takes no other members.")
        }
    }

    private mutating func items(
        of given: JSONObject, _ place: String, depth: Int, _ path: [String]
    ) -> JSONObject {
        if let items = given["items"], items.object != nil {
            return schema(items, place + "[]", depth: depth + 1, path)
        }
        if let each = given["prefixItems"]?.array ?? given["items"]?.array, !each.isEmpty {
            note("\(place): each item has a schema of its own.")
            return ["anyOf": .array(each.prefix(50).map { .object(schema($0, place + "[]", depth: depth + 1, path)) })]
        }
        note("\(place): does not say what its items are; taken for strings.")
        return ["type": "string"]
    }

    // MARK: References

    private mutating func referred(
        _ reference: String, _ given: JSONObject, _ place: String, depth: Int, _ path: [String]
    ) -> JSONObject {
        guard let target = target(reference) else {
            note("\(place): refers to a schema elsewhere, which is not fetched.")
            return ["type": "object"]
        }
        guard !path.contains(reference) else {
            note("\(place): refers to itself; the inner part was left out.")
            return ["type": "object"]
        }
        var merged = target
        for member in given.members where member.name != "$ref" { merged[member.name] = member.value }
        return schema(.object(merged), place, depth: depth + 1, path + [reference])
    }

    /// What a reference within the document points at (RFC 6901).
    private func target(_ reference: String) -> JSONObject? {
        if reference == "#" { return root }
        guard reference.hasPrefix("#/") else { return nil }
        var value = JSONValue.object(root)
        for part in reference.dropFirst(2).split(separator: "/", omittingEmptySubsequences: false) {
            let plain = part.split(separator: "~1", omittingEmptySubsequences: false).joined(separator: "/")
            let name = plain.split(separator: "~0", omittingEmptySubsequences: false).joined(separator: "~")
            guard let inner = value[name] else { return nil }
            value = inner
        }
        return value.object
    }

    /// One schema of several that hold at once.
    private func merged(_ given: JSONObject, _ parts: [JSONValue], _ path: [String]) -> JSONObject {
        var all = given
        all["allOf"] = nil
        for part in parts {
            var object = part.object ?? JSONObject()
            if let reference = object["$ref"]?.string, !path.contains(reference) {
                object = target(reference) ?? object
            }
            for member in object.members {
                switch (member.name, all[member.name]) {
                case ("properties", .object(var members)?):
                    for inner in member.value.object?.members ?? [] where members[inner.name] == nil {
                        members[inner.name] = inner.value
                    }
                    all["properties"] = .object(members)
                case ("required", .array(let names)?): all["required"] = .array(names + (member.value.array ?? []))
                case ("$ref", _): break
                case (_, nil): all[member.name] = member.value
                default: break
                }
            }
        }
        return all
    }

    /// Models take no choice between whole argument lists: all members of all of them are offered, and what every one requires
    /// is required.
    mutating func mergeChoices(of shown: inout JSONObject) {
        guard let choices = shown["anyOf"]?.array else { return }
        note("the arguments: a choice of several forms.")
        shown["anyOf"] = nil
        var members = shown["properties"]?.object ?? JSONObject()
        var common: Set<String>?
        for choice in choices {
            for member in choice["properties"]?.object?.members ?? [] where members[member.name] == nil {
                members[member.name] = member.value
            }
            let required = Set(choice["required"]?.strings ?? [])
            common = common?.intersection(required) ?? required
        }
        let own = shown["required"]?.strings ?? []
        shown["properties"] = .object(members)
        shown["required"] = .array((own + (common ?? []).sorted()).uniqued.map { .string($0) })
    }
}

/// Text of a server that is shown to models and users as data.
enum ServedText {
    /// Without control characters but line feeds and tabs, and not longer than so many characters.
    static func bounded(_ text: String, _ most: Int) -> String {
        let scalars = text.unicodeScalars.lazy.filter { scalar in
            scalar == "\n" || scalar == "\t" || (scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value))
        }
        var shown = String.UnicodeScalarView()
        var count = 0
        for scalar in scalars {
            if count == most { return String(shown) + "…" }
            shown.append(scalar)
            count += 1
        }
        return String(shown)
    }
}
