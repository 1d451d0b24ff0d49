import HTTP
import Platform

/// Which password a server has, and whether it may listen where it was told to.
struct ServerPassword: Sendable {
    let value: String?
    /// True when it was made just now, to be shown once.
    let isNew: Bool

    /// Throws `Failure` when the server would be open to other machines.
    init(_ settings: Settings) throws {
        if let password = settings.password {
            self.init(value: password, isNew: false)
        } else if settings.isSecure {
            try self.init(keptIn: settings.home)
        } else {
            try Self.refuseOpenDoor(settings, "roost serve")
            self.init(value: nil, isNew: false)
        }
    }

    /// The password that clients of the stand-alone MCP server have to send: the server's, else the one that it sends itself
    /// (`LETTA_PASSWORD`), since whoever can reach it acts with that one. Throws `Failure` as the other does.
    init(ofMCP settings: Settings) throws {
        let sent = settings.values["client-password"]
        if settings.password == nil, !settings.isSecure, sent.source.variable == "LETTA_PASSWORD",
            let password = settings.clientPassword
        {
            self.init(value: password, isNew: false)
        } else if settings.password == nil, !settings.isSecure {
            try Self.refuseOpenDoor(settings, "roost mcp --http")
            self.init(value: nil, isNew: false)
        } else {
            try self.init(settings)
        }
    }

    static func shownOnce(_ value: String, _ settings: Settings) -> String {
        "A password was generated; it is shown this once and kept in \(settings.home)/password:\n  \(value)"
    }

    private init(value: String?, isNew: Bool) {
        self.value = value
        self.isNew = isNew
    }

    /// The password of an earlier start, or a new one.
    private init(keptIn home: String) throws {
        let path = home + "/password"
        if FileText.exists(path) {
            self.init(value: try FileText.readPassword(path), isNew: false)
            return
        }
        try FileText.makeFolder(home)
        let alphabet = Array("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789".utf8)
        // 256 is not a multiple of the alphabet: bytes beyond the last full round are not used.
        let usable = 256 / alphabet.count * alphabet.count
        var letters: [UInt8] = []
        while letters.count < 32 {
            letters += Identifier.randomBytes(48).filter { Int($0) < usable }.map { alphabet[Int($0) % alphabet.count] }
        }
        let password = String(decoding: letters.prefix(32), as: UTF8.self)
        try FileText.writePrivate(Array((password + "\n").utf8), to: path)
        self.init(value: password, isNew: true)
    }

    private static func refuseOpenDoor(_ settings: Settings, _ command: String) throws {
        guard let host = settings.hosts.first(where: { !Loopback.isLoopback($0) }) else { return }
        throw Failure(
            """
            Listening on \(host) without a password would give everyone who can reach it every memory. Set one:
              ROOST_PASSWORD=… \(command) --host \(host)        (or LETTA_SERVER_PASSWORD, or --password-file FILE)
              \(command) --host \(host) --secure               (generates one and shows it once)
            Without a password Roost listens on loopback only: \(command) --host localhost
            """)
    }
}
