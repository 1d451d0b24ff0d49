import Client

extension RoostClient {
    /// The server that `LETTA_BASE_URL` names; nil when none is named, so that the local file is meant.
    /// - Parameter timeout: seconds for one call.
    static func elsewhere(_ settings: Settings, timeout: Double = 60) throws -> RoostClient? {
        guard let url = settings.baseURL else { return nil }
        let transport = ClientTransport.remote(
            try ServerAddress(url), certificateAuthorities: settings.certificateAuthorities, timeout: timeout)
        return RoostClient(
            transport: transport, password: settings.clientPassword, project: settings.project, user: settings.author)
    }
}
