import Domain
import HTTP
import Models

extension Assembly {
    /// The models that answer; each is asked when an agent first needs it.
    static func chatModels(_ settings: Settings) -> any ChatModels {
        RemoteChats(usersAddresses: settings.outgoing)
    }
}
