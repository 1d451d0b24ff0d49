package import Platform

/// One thing wrong with a request: where (`body`, `memory_blocks`, `0`, `label`), what, and a code for programs.
package struct ValidationIssue: Sendable, Equatable {
    package let location: [String]
    package let message: String
    package let type: String

    package init(location: [String], message: String, type: String) {
        self.location = location
        self.message = message
        self.type = type
    }

    package var text: String { location.joined(separator: ".") + ": " + message }
}

extension Schema {
    /// Everything wrong with a value, at most `limit` issues; empty when it fits.
    package func issues(in value: JSONValue, at location: [String], limit: Int = 20) -> [ValidationIssue] {
        var found = Issues(limit: limit)
        check(value, location, &found)
        return found.list
    }

    fileprivate struct Issues {
        let limit: Int
        var list: [ValidationIssue] = []
        var isFull: Bool { list.count >= limit }

        mutating func add(_ location: [String], _ message: String, _ type: String) {
            if !isFull { list.append(ValidationIssue(location: location, message: message, type: type)) }
        }
    }

    private func check(_ value: JSONValue, _ location: [String], _ found: inout Issues) {
        switch self {
        case .any: break
        case .boolean: if value.bool == nil { found.add(location, "Input should be a valid boolean", "bool_type") }
        case .integer(let minimum, let maximum): checkInteger(value, minimum, maximum, location, &found)
        case .number(let minimum, let maximum): checkNumber(value, minimum, maximum, location, &found)
        case .string(let rule): rule.check(value, location, &found)
        case .enumeration(let words):
            if !words.contains(where: { value == .string($0) }) {
                let list = words.map { "'\($0)'" }.joined(separator: ", ")
                found.add(location, "Input should be one of \(list)", "enum")
            }
        case .array(let element, let minimum, let maximum):
            checkArray(value, element, minimum, maximum, location, &found)
        case .map(let element):
            guard let members = value.object else {
                return found.add(location, "Input should be an object", "dict_type")
            }
            for member in members.members where !found.isFull {
                element.check(member.value, location + [member.name], &found)
            }
        case .object(let object): object.check(value, location, &found)
        case .nullable(let schema): if !value.isNull { schema.check(value, location, &found) }
        case .anyOf(let choices): checkChoices(choices, value, location, &found)
        }
    }

    private func checkInteger(
        _ value: JSONValue, _ minimum: Int?, _ maximum: Int?, _ location: [String], _ found: inout Issues
    ) {
        guard let number = value.int else {
            return found.add(location, "Input should be a valid integer", "int_type")
        }
        if let minimum, number < minimum {
            found.add(location, "Input should be greater than or equal to \(minimum)", "greater_than_equal")
        }
        if let maximum, number > maximum {
            found.add(location, "Input should be less than or equal to \(maximum)", "less_than_equal")
        }
    }

    private func checkNumber(
        _ value: JSONValue, _ minimum: Double?, _ maximum: Double?, _ location: [String], _ found: inout Issues
    ) {
        guard let number = value.double else {
            return found.add(location, "Input should be a valid number", "float_type")
        }
        if let minimum, number < minimum {
            found.add(location, "Input should be greater than or equal to \(minimum)", "greater_than_equal")
        }
        if let maximum, number > maximum {
            found.add(location, "Input should be less than or equal to \(maximum)", "less_than_equal")
        }
    }

    private func checkArray(
        _ value: JSONValue, _ element: Schema, _ minimum: Int?, _ maximum: Int?, _ location: [String],
        _ found: inout Issues
    ) {
        guard let elements = value.array else {
            return found.add(location, "Input should be a valid list", "list_type")
        }
        if let minimum, elements.count < minimum {
            found.add(location, "List should have at least \(minimum) item(s), not \(elements.count)", "too_short")
        }
        if let maximum, elements.count > maximum {
            return found.add(location, "List should have at most \(maximum) items, not \(elements.count)", "too_long")
        }
        for (index, item) in elements.enumerated() where !found.isFull {
            element.check(item, location + [String(index)], &found)
        }
    }

    /// Reports the choice that came closest, which is the one whose issues lie deepest.
    private func checkChoices(
        _ choices: [Schema], _ value: JSONValue, _ location: [String], _ found: inout Issues
    ) {
        var nearest: [ValidationIssue] = []
        for choice in choices {
            let issues = choice.issues(in: value, at: location, limit: found.limit)
            if issues.isEmpty { return }
            let depth = issues.map(\.location.count).max() ?? 0
            if depth > (nearest.map(\.location.count).max() ?? 0) { nearest = issues }
        }
        for issue in nearest { found.add(issue.location, issue.message, issue.type) }
    }
}

extension Schema.StringRule {
    fileprivate func check(_ value: JSONValue, _ location: [String], _ found: inout Schema.Issues) {
        guard let text = value.string else {
            return found.add(location, "Input should be a valid string", "string_type")
        }
        switch self {
        case .any: break
        case .length(let minimum, let maximum):
            let count = text.unicodeScalars.count
            if let minimum, count < minimum {
                found.add(location, "String should have at least \(minimum) character(s)", "string_too_short")
            }
            if let maximum, count > maximum {
                found.add(location, "String should have at most \(maximum) characters, not \(count)", "string_too_long")
            }
        case .identifier(let kind):
            if !Identifier.isValid(text, kind) {
                found.add(
                    location, "String should be an id such as '\(kind.example)'", "string_pattern_mismatch")
            }
        case .dateTime:
            if Timestamp(iso8601: text) == nil {
                found.add(
                    location, "Input should be a date and time in ISO 8601, such as 2026-11-20T20:30:16Z",
                    "datetime_parsing")
            }
        }
    }
}

extension ObjectSchema {
    fileprivate func check(_ value: JSONValue, _ location: [String], _ found: inout Schema.Issues) {
        guard let object = value.object else {
            return found.add(location, "Input should be an object", "model_attributes_type")
        }
        for field in fields where !found.isFull {
            guard let member = object[field.name] else {
                if field.isRequired { found.add(location + [field.name], "Field required", "missing") }
                continue
            }
            for issue in field.schema.issues(in: member, at: location + [field.name], limit: found.limit) {
                found.add(issue.location, issue.message, issue.type)
            }
        }
        if found.list.isEmpty {
            for rule in rules {
                if let message = rule.isBroken(object) { found.add(location, message, "value_error") }
            }
        }
    }
}
