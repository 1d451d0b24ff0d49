package import Platform

/// The shape of a JSON value in the contract. One description serves three readers: requests are validated by it
/// (`Schema+validate.swift`), `GET /openapi.json` is rendered from it (`Schema+openAPI.swift`), and tests check replies
/// against it.
package indirect enum Schema: Sendable {
    case any
    case boolean
    case integer(minimum: Int? = nil, maximum: Int? = nil)
    case number(minimum: Double? = nil, maximum: Double? = nil)
    case string(StringRule = .any)
    case enumeration([String])
    case array(Schema, minimumCount: Int? = nil, maximumCount: Int? = nil)
    /// An object of any members, each with this shape.
    case map(Schema)
    case object(ObjectSchema)
    case nullable(Schema)
    case anyOf([Schema])

    /// An object whose members are the client's own business.
    package static let freeObject = Schema.map(.any)

    /// A named object, listed once in the document's components.
    package static func object(_ name: String, _ fields: [Field], rules: [Rule] = []) -> Schema {
        .object(ObjectSchema(name: name, fields: fields, rules: rules))
    }

    package enum StringRule: Sendable, Equatable {
        case any
        case length(minimum: Int? = nil, maximum: Int? = nil)
        /// An id of a kind: `<prefix>-<uuid4>`.
        case identifier(IdentifierKind)
        /// ISO 8601 (`Timestamp.init(iso8601:)`).
        case dateTime
    }

    /// A condition on a whole object that its fields alone do not say; the text is what a client is told.
    package struct Rule: Sendable {
        package let isBroken: @Sendable (JSONObject) -> String?
        package init(_ isBroken: @escaping @Sendable (JSONObject) -> String?) { self.isBroken = isBroken }
    }
}

/// Unknown members are ignored, as V1 does.
package struct ObjectSchema: Sendable {
    package let name: String
    package let fields: [Field]
    package let rules: [Schema.Rule]

    package init(name: String, fields: [Field], rules: [Schema.Rule] = []) {
        self.name = name
        self.fields = fields
        self.rules = rules
    }
}

package struct Field: Sendable {
    package let name: String
    package let schema: Schema
    package let isRequired: Bool
    package let defaultValue: JSONValue?
    package let note: String?

    private init(_ name: String, _ schema: Schema, required: Bool, defaultValue: JSONValue?, note: String?) {
        self.name = name
        self.schema = schema
        self.isRequired = required
        self.defaultValue = defaultValue
        self.note = note
    }

    package static func required(_ name: String, _ schema: Schema, note: String? = nil) -> Field {
        Field(name, schema, required: true, defaultValue: nil, note: note)
    }

    /// May be left out; `null` is an error unless the schema is nullable.
    package static func optional(
        _ name: String, _ schema: Schema, default defaultValue: JSONValue? = nil, note: String? = nil
    ) -> Field {
        Field(name, schema, required: false, defaultValue: defaultValue, note: note)
    }

    /// May be left out or null.
    package static func maybe(_ name: String, _ schema: Schema, note: String? = nil) -> Field {
        Field(name, .nullable(schema), required: false, defaultValue: nil, note: note)
    }
}
