package import Domain
package import HTTP
package import Platform

/// A model of a service, asked over HTTP.
package struct RemoteChat: ChatModel {
    /// As the user wrote it, but with the provider's own name.
    package let handle: ModelHandle
    let provider: ChatProvider
    let address: ServiceAddress
    let key: Secret?
    let interface: any ChatInterface
    let options: Options
    let client: HTTPClient
    let clock: RemoteClock
    /// Requests to the provider at one time, of all its models; nil: as many as there are.
    let slots: Slots?
    /// Where its address may lead.
    let addresses: AddressPolicy

    package struct Options: Sendable, Equatable {
        /// How often a request is made at most, when failures may pass.
        package var attempts = 5
        /// Seconds, as are all.
        package var connectTimeout = 10.0
        /// Until the first byte of an answer: a long prompt takes its time.
        package var firstByteTimeout: Double? = 120
        /// Between bytes.
        package var idleTimeout: Double? = 60
        /// For one attempt from its start to the end of the answer; nil for no limit.
        package var timeout: Double?

        package init() {}

        /// One request, no second try: for who cannot wait.
        package static func once(within timeout: Double) -> Options {
            var options = Options()
            options.attempts = 1
            options.timeout = timeout
            options.connectTimeout = timeout
            return options
        }
    }

    /// - Throws: `ChatError(.notConfigured)` when the handle's provider is not among those that are set up, or cannot
    ///   answer as it is.
    package init(
        _ handle: ModelHandle, providers: [ConfiguredProvider], options: Options = Options(),
        client: HTTPClient = HTTPClient(), clock: RemoteClock = .system, slots: Slots? = nil,
        usersAddresses: AddressPolicy = .publicHosts
    ) throws(ChatError) {
        let (provider, configured) = try ChatProvider.of(handle, providers)
        address = try provider.address(configured)
        self.handle = RemoteEmbedding.canonical(handle)
        self.provider = provider
        self.options = options
        self.client = client
        self.clock = clock
        self.slots = slots
        addresses = configured.isUsersAddress ? usersAddresses : .unguarded
        key = configured.key
        interface = Self.interface(
            handle, provider, at: address, key: configured.key, apiVersion: configured.apiVersion)
    }

    package func respond(to request: ChatRequest, _ receive: (ChatDelta) async throws -> Void) async throws {
        try await ChatAttempts(chat: self, request: request).run(receive)
    }

    package func payload(of request: ChatRequest) throws -> JSONValue { try interface.body(request) }
}

extension ChatProvider {
    /// - Throws: `ChatError(.notConfigured)` without an address or a key that it needs.
    func address(_ configured: ConfiguredProvider) throws(ChatError) -> ServiceAddress {
        guard let url = configured.baseURL ?? baseURL else {
            throw ChatError(.notConfigured, "\(title) needs an address. Set \(setting("url")).")
        }
        guard let address = ServiceAddress(url) else {
            throw ChatError(
                .notConfigured, "\(setting("url")) is not an address such as http://localhost:8080/v1.")
        }
        // A server at an address of the operator's own may well want no key.
        if needsKey, configured.key == nil, configured.baseURL == nil {
            throw ChatError(.notConfigured, "\(title) needs a key. Set \(setting("key")).")
        }
        return address
    }
}
