/// What a server may take of the client's time and memory. Seconds and bytes.
package struct ClientLimits: Sendable {
    /// Until the TCP connection stands.
    package var connectSeconds = 10.0
    /// Until the server has agreed on a revision; a program may have to be fetched before it starts.
    package var openingSeconds = 30.0
    /// For all pages of the list of tools.
    package var listSeconds = 20.0
    package var callSeconds = 60.0
    /// For the answer to a ping, after a call that was given up.
    package var pingSeconds = 5.0
    package var messageBytes = 16 << 20
    /// Tools, pages and bytes of a list.
    package var tools = 1000
    package var pages = 100
    package var listBytes = 8 << 20
    /// What comes unasked between two answers: lines that are no messages, messages, bytes.
    package var strayLines = 1000
    package var strayMessages = 100_000
    package var strayBytes = 64 << 20
    /// Requests of the server that are being answered; more go unanswered.
    package var serverRequests = 16
    /// Without a call for so long, a connection is let go.
    package var idleSeconds = 300.0
    /// Connections at one time; the idlest goes first.
    package var connections = 100

    package init() {}
}
