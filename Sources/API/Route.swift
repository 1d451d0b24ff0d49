package import HTTP
import Platform
package import Wire

/// One operation of the REST API: how it is reached, what it promises, what it does.
package struct Route: Sendable {
    typealias Action = @Sendable (RequestContext) async throws -> Response

    package let method: HTTP.Method
    /// As the contract spells it, with its trailing slash where it has one; parameters in braces.
    package let template: String
    let action: Action
    private let promise: Promise

    /// Made when it is first asked for: a process that answers one request needs one of some two hundred.
    package var operation: Wire.Operation { promise.operation }

    init(
        _ method: HTTP.Method, _ template: String, _ operation: @autoclosure @escaping @Sendable () -> Wire.Operation,
        _ action: @escaping Action
    ) {
        self.method = method
        self.template = template
        self.action = action
        promise = Promise(operation)
    }

    /// An operation, once it is made.
    private final class Promise: Sendable {
        private let make: @Sendable () -> Wire.Operation
        private let made = Lock<Wire.Operation?>(nil)

        init(_ make: @escaping @Sendable () -> Wire.Operation) { self.make = make }

        var operation: Wire.Operation {
            made.withLock { made in
                if let made { return made }
                let operation = make()
                made = operation
                return operation
            }
        }
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
