package import HTTP

/// How requests reach Roost: over the network, or the router in this process. One function, so that everything above it
/// means the same in both.
package struct ClientTransport: Sendable {
    /// What answers, as people call it: `http://localhost:8283`, `the local file /home/me/.roost/roost.db`.
    package let place: String
    private let send: @Sendable (Request) async throws -> Response

    package init(place: String, _ send: @escaping @Sendable (Request) async throws -> Response) {
        self.place = place
        self.send = send
    }

    package func callAsFunction(_ request: Request) async throws -> Response { try await send(request) }
}
