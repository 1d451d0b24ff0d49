package import HTTP
package import Wire

/// One operation of the REST API: how it is reached, what it promises, what it does.
package struct Route: Sendable {
    typealias Action = @Sendable (RequestContext) async throws -> Response

    package let method: HTTP.Method
    /// As the contract spells it, with its trailing slash where it has one; parameters in braces.
    package let template: String
    package let operation: Wire.Operation
    let action: Action

    init(_ method: HTTP.Method, _ template: String, _ operation: Wire.Operation, _ action: @escaping Action) {
        self.method = method
        self.template = template
        self.operation = operation
        self.action = action
    }
}

/// A route of the contract that this version knows but does not serve yet; it answers 501 (decisions, REST 8).
package struct UnservedRoute: Sendable {
    package let method: HTTP.Method
    package let template: String

    init(_ method: HTTP.Method, _ template: String) {
        self.method = method
        self.template = template
    }
}
