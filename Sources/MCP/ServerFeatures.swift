package import Platform

/// What a server has to offer one client: its tools, prompts and resources. `Dispatcher` speaks the protocol for it.
package protocol ServerFeatures: Sendable {
    var name: String { get }
    var title: String { get }
    var version: String { get }
    /// For the model: when to use what. Clients put it into the prompt.
    var instructions: String { get }

    /// Every tool, each as the protocol lists it.
    var tools: [ListedItem] { get }
    /// Throws `RPCError` for an unknown tool and for arguments that do not fit its schema. What goes wrong later is a result.
    func call(tool: String, arguments: JSONObject, _ context: CallContext) async throws -> ToolResult

    var prompts: [ListedItem] { get }
    /// Throws `RPCError` for an unknown prompt and missing arguments.
    func prompt(_ name: String, arguments: JSONObject, _ context: CallContext) async throws -> PromptResult

    func resources(_ context: CallContext) async throws -> [ListedItem]
    var resourceTemplates: [ListedItem] { get }
    /// Nil when there is no such resource.
    func read(resource uri: String, _ context: CallContext) async throws -> ResourceContents?

    /// Values that begin with what was typed, for an argument of a prompt or a variable of a template.
    func completions(
        of reference: CompletionReference, argument: String, value: String, _ context: CallContext
    ) async throws -> [String]

    /// What changes in the resources from now on, until the task that reads it is cancelled.
    /// - Parameter isAsked: the client said that it wants to hear of them; else it may not even use the resources.
    func changes(isAsked: Bool) -> AsyncStream<ResourceChange>
}

/// An entry of a list, with the JSON object that the protocol shows it as.
package struct ListedItem: Sendable {
    package let name: String
    package let json: JSONText

    package init(name: String, json: JSONText) {
        self.name = name
        self.json = json
    }
}

/// What a tool said. A failure is a result too, so that the model can act on it.
package struct ToolResult: Sendable {
    /// An object: sent as `structuredContent`, and as JSON text in `content`.
    package let value: JSONValue
    package let isError: Bool
    /// False for a failure that does not fit the tool's output schema: sent as text alone.
    package let isStructured: Bool

    package init(_ value: JSONValue, isError: Bool = false, isStructured: Bool = true) {
        self.value = value
        self.isError = isError
        self.isStructured = isStructured
    }
}

package struct PromptResult: Sendable {
    package let description: String
    /// What the user is to say.
    package let text: String

    package init(description: String, text: String) {
        self.description = description
        self.text = text
    }
}

package struct ResourceContents: Sendable {
    package let text: String
    /// `text/plain`, `application/json`.
    package let type: String

    package init(_ text: String, type: String) {
        self.text = text
        self.type = type
    }
}

package enum CompletionReference: Sendable, Equatable {
    case prompt(String)
    case resourceTemplate(String)
}

package enum ResourceChange: Sendable, Equatable {
    /// Resources came or went.
    case list
    /// The contents of a resource changed.
    case updated(uri: String)

    var notification: Notification {
        switch self {
        case .list: Notification("notifications/resources/list_changed")
        case .updated(let uri): Notification("notifications/resources/updated", ["uri": .string(uri)])
        }
    }
}
