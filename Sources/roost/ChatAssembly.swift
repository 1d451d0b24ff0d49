import Models

extension Assembly {
    /// The models that answer; each is asked when an agent first needs it.
    static func chatModels(_ settings: Settings) -> RemoteChats {
        RemoteChats(
            options: settings.chat.options, concurrency: settings.chat.concurrency, usersAddresses: settings.outgoing)
    }
}
