import Platform

/// What one route promises: its place in the OpenAPI document, and the rules its requests are checked by.
package struct Operation: Sendable {
    package let id: String
    package let summary: String
    package let tag: String
    package var parameters: [Parameter] = []
    /// The JSON body; nil when the route takes none.
    package var body: Schema?
    package var bodyIsRequired = true
    /// Set for uploads: the names of the multipart form's text fields; the file's field is `file`.
    package var form: [Parameter]?
    package var success: Reply
    /// Statuses beside the success and 422 that the route may answer.
    package var failures: [Int] = []
    package var isDeprecated = false

    package init(_ id: String, _ summary: String, tag: String, success: Reply) {
        self.id = id
        self.summary = summary
        self.tag = tag
        self.success = success
    }

    package enum Reply: Sendable {
        case json(Schema)
        case text(contentType: String)
        case eventStream
        case noContent

        package var status: Int { if case .noContent = self { 204 } else { 200 } }
    }

    package struct Parameter: Sendable {
        package let name: String
        package let schema: Schema
        package let isRequired: Bool
        package let isRepeated: Bool
        package let note: String?

        package init(
            _ name: String, _ schema: Schema, required: Bool = false, repeated: Bool = false, note: String? = nil
        ) {
            self.name = name
            self.schema = schema
            self.isRequired = required
            self.isRepeated = repeated
            self.note = note
        }
    }
}
