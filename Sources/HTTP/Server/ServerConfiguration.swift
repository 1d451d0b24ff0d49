package import Platform

package struct ServerConfiguration: Sendable {
    package var listen: [ListenAddress]
    package var limits: Limits
    package var tls: TLSFiles?
    package var compression: Compression
    package var log: Log
    /// Where the requests' tasks run; nil is the cooperative pool.
    package var executor: (any TaskExecutor)?

    package init(
        listen: [ListenAddress], limits: Limits = Limits(), tls: TLSFiles? = nil,
        compression: Compression = .remotePeers, log: Log = .silent,
        executor: (any TaskExecutor)? = nil
    ) {
        self.listen = listen
        self.limits = limits
        self.tls = tls
        self.compression = compression
        self.log = log
        self.executor = executor
    }
}

package enum ListenAddress: Sendable, Equatable {
    /// An IPv4 or IPv6 literal, or a name, which stands for all its addresses. Port 0 takes a free one.
    case tcp(host: String, port: Int)
    case unix(path: String)
}

/// Whom large answers are compressed for, when they accept it. On the same machine compressing costs more time than
/// it saves.
package enum Compression: Sendable {
    case never, remotePeers, always
}

/// PEM files: the certificate with its chain, and its key.
package struct TLSFiles: Sendable, Equatable {
    package var certificate: String
    package var key: String

    package init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }
}

/// What one peer may cost. Sizes in bytes, times in seconds.
package struct Limits: Sendable {
    /// The request line and all fields; more is answered 431.
    package var maximumHeaderBytes = 32 << 10
    /// The request target; more is answered 414.
    package var maximumTargetBytes = 16 << 10
    /// A body, also after decompression; more is answered 413.
    package var maximumBodyBytes = 50 << 20
    /// All bodies that are held at one time; more is answered 503.
    package var maximumBufferedBytes = 256 << 20
    /// All answers that wait for their readers at one time, small ones not counted; one more is answered 503.
    package var maximumWaitingBytes = 256 << 20
    /// More are answered 503 and closed.
    package var maximumConnections = 4096
    /// Bytes of a streamed body that wait for one peer before its producer is suspended.
    package var streamBufferBytes = 256 << 10
    /// From the first byte of a header (or the connection's start) to its end; then 408.
    package var headerTimeout = 15.0
    /// For a body, besides the time its bytes take at `minimumBodyRate`; then 408.
    package var bodyTimeout = 30.0
    /// Bytes a second.
    package var minimumBodyRate = 16_384.0
    /// Between two requests of a connection.
    package var idleTimeout = 75.0
    /// How long a peer may leave everything unread while we have bytes for it.
    package var writeTimeout = 60.0
    package var handshakeTimeout = 10.0

    package init() {}
}

/// Why a server could not be started or its certificate not be reloaded; the text names what to do.
package struct ServerError: Error, CustomStringConvertible, Sendable {
    package let description: String

    /// The kernel's error number, when it was a call to it that failed.
    let number: Int32?

    init(_ description: String, number: Int32? = nil) {
        self.description = description
        self.number = number
    }
}
