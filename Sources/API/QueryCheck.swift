import Domain
import HTTP
import Platform
import Wire

/// Checks query and form parameters, which arrive as text, against an operation.
enum QueryCheck {
    static func issues(_ query: Query, _ parameters: [Wire.Operation.Parameter], in place: String) -> [ValidationIssue]
    {
        var found: [ValidationIssue] = []
        for parameter in parameters {
            let values = query.all(parameter.name)
            if values.isEmpty, parameter.isRequired {
                found.append(
                    ValidationIssue(location: [place, parameter.name], message: "Field required", type: "missing"))
            }
            for text in values where !(text.isEmpty && !parameter.isRequired) {
                found += parameter.schema.issues(
                    in: value(of: text, for: parameter.schema), at: [place, parameter.name])
            }
        }
        return found
    }

    /// The value that a parameter's text stands for; a text that does not fit stays one, and fails the check.
    static func value(of text: String, for schema: Schema) -> JSONValue {
        switch schema {
        case .boolean: Bool(word: text).map { .bool($0) } ?? .string(text)
        case .integer: Int64(text).map { .int($0) } ?? .string(text)
        case .number: Double(text).map { .double($0) } ?? .string(text)
        case .nullable(let schema): value(of: text, for: schema)
        default: .string(text)
        }
    }

    /// Parameters that every list route takes (wire notes, section 6; decisions, REST 3).
    static func page(limit: Int, ascending: Bool) -> [Wire.Operation.Parameter] {
        [
            .init("before", .string(), note: "Id: what precedes that item in the requested order."),
            .init("after", .string(), note: "Id: what follows that item in the requested order."),
            .init("limit", .integer(minimum: 1, maximum: PageRequest.maximumLimit), note: "Default \(limit)."),
            .init("order", .enumeration(["asc", "desc"]), note: "Default \(ascending ? "asc" : "desc")."),
            .init("offset", .integer(minimum: 0, maximum: 1_000_000_000)),
            .init("page", .integer(minimum: 1, maximum: 1_000_000), note: "1-based, beside page_size."),
            .init("page_size", .integer(minimum: 1, maximum: PageRequest.maximumLimit)),
        ]
    }
}
