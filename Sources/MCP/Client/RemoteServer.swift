/// An MCP server as its client reaches it. Values are ready to be sent: nothing in them is a template any more.
package struct RemoteServer: Sendable, Hashable {
    package enum Place: Sendable, Hashable {
        /// A program that speaks over its standard input and output.
        case program(command: String, arguments: [String], environment: [Field])
        /// The transport of 2024-11-05: a stream of events, and an address to post to.
        case events(url: String, headers: [Field])
        case streamable(url: String, headers: [Field])
    }

    package struct Field: Sendable, Hashable {
        package let name: String
        package let value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package let place: Place
    /// Values that were given as headers or variables, and need not be secret: not shown in errors.
    package let values: [String]
    /// Those that are keys by their names: not shown in results either.
    package let keys: [String]

    package init(_ place: Place, values: [String] = [], keys: [String] = []) {
        self.place = place
        self.values = values
        self.keys = keys
    }

    var isProgram: Bool {
        if case .program = place { true } else { false }
    }

    /// The text of an error without anything that was given.
    func maskedError(_ text: String) -> String { Self.masked(text, values + keys) }

    /// The text of a result without keys.
    func maskedResult(_ text: String) -> String { Self.masked(text, keys) }

    /// Values of a few letters are in every text by chance, and stay.
    private static func masked(_ text: String, _ values: [String]) -> String {
        var text = text
        for value in values where value.utf8.count >= 6 && text.contains(value) {
            text = text.split(separator: value, omittingEmptySubsequences: false).joined(separator: "…")
        }
        return text
    }
}
