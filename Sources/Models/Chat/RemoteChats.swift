package import Domain
package import HTTP
import Platform

/// Models of services, asked over HTTP with one client. A provider is asked only so often at one time.
package final class RemoteChats: ChatModels {
    package let options: RemoteChat.Options
    private let client: HTTPClient
    private let usersAddresses: AddressPolicy
    private let clock: RemoteClock
    /// Requests to one provider at one time.
    package let concurrency: Int
    private let listTimeout: Double
    /// By the provider's name and address: two accounts at one service have a turn each.
    private let slots = Lock<[String: Slots]>([:])

    /// - Parameters:
    ///   - concurrency: requests to one provider at one time.
    ///   - listTimeout: seconds for each request of `offered(by:)`.
    ///   - usersAddresses: where addresses that users gave may lead.
    package init(
        options: RemoteChat.Options = RemoteChat.Options(), concurrency: Int = 64, listTimeout: Double = 20,
        client: HTTPClient = HTTPClient(), clock: RemoteClock = .system, usersAddresses: AddressPolicy = .publicHosts
    ) {
        self.options = options
        self.concurrency = concurrency
        self.listTimeout = listTimeout
        self.client = client
        self.clock = clock
        self.usersAddresses = usersAddresses
    }

    package func model(_ handle: ModelHandle, providers: [ConfiguredProvider]) throws -> any ChatModel {
        let (_, configured) = try ChatProvider.of(handle, providers)
        return try RemoteChat(
            handle, providers: providers, options: options, client: client, clock: clock, slots: slots(configured),
            usersAddresses: usersAddresses)
    }

    private func slots(_ configured: ConfiguredProvider) -> Slots {
        slots.withLock { slots in
            let name = "\(configured.name) \(configured.baseURL ?? "")"
            if let known = slots[name] { return known }
            let new = Slots(concurrency)
            slots[name] = new
            return new
        }
    }

    package func offered(by provider: ConfiguredProvider) async throws -> [OfferedModel] {
        try await ModelListing(
            provider, client: client, timeout: listTimeout, usersAddresses: usersAddresses
        ).models()
    }
}
