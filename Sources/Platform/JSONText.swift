/// Text that is known to be one valid JSON value, kept as text so that it can be stored and embedded in a reply without
/// being parsed again.
package struct JSONText: Sendable, Equatable {
    package let text: String

    package init(_ value: JSONValue) { text = value.text }

    /// A list of texts.
    package init(_ texts: [String]) { self.init(.array(texts.map { .string($0) })) }

    /// - Parameter trusted: JSON that this program wrote earlier (a database column), not outside input.
    package init(trusted: String) { text = trusted }

    package static let emptyObject = JSONText(trusted: "{}")
    package static let emptyArray = JSONText(trusted: "[]")

    /// The parsed value; `null` when a column was damaged from outside.
    package var value: JSONValue {
        // A column that is not JSON any more reads as null: one bad row must not hide the others.
        (try? JSONValue(parsing: text)) ?? .null
    }
}

extension JSONWriter {
    package mutating func field(_ name: StaticString, _ json: JSONText?) { field(name, raw: json?.text) }
    package mutating func element(_ json: JSONText?) { element(raw: json?.text) }
}
