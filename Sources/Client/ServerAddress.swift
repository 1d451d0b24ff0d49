/// The address of a server as people write it: with or without `/v1`, with or without a slash at the end.
package struct ServerAddress: Sendable, Equatable {
    /// `http://localhost:8283`, with the path a proxy may put before the API's own.
    package let root: String
    /// The same for people and models: without the name and the password that an address may hold.
    package var shown: String { Self.withoutUser(root) }

    /// Throws `ClientError` for what is not an address.
    package init(_ text: String) throws {
        var text = Substring(text)
        while let last = text.last, last == " " || last == "/" { text.removeLast() }
        while text.first == " " { text.removeFirst() }
        guard let mark = text.firstRange(of: "://") else {
            throw ClientError(
                "'\(Self.withoutUser(text))' is not the address of a server. Write it like http://localhost:8283.")
        }
        let scheme = text[..<mark.lowerBound].lowercased()
        guard scheme == "http" || scheme == "https", mark.upperBound < text.endIndex else {
            throw ClientError(
                "'\(Self.withoutUser(text))' is not the address of a server: http:// and https:// are spoken.")
        }
        while text.hasSuffix("/v1") {
            text.removeLast(3)
            while text.last == "/" { text.removeLast() }
        }
        root = String(text)
    }

    private static func withoutUser(_ text: some StringProtocol) -> String {
        let start = text.firstRange(of: "://")?.upperBound ?? text.startIndex
        let end = text[start...].firstIndex(of: "/") ?? text.endIndex
        guard let mark = text[start..<end].lastIndex(of: "@") else { return String(text) }
        return String(text[..<start]) + String(text[text.index(after: mark)...])
    }
}
