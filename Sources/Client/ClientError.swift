/// Why a call did not work: what happened and what to do next.
package struct ClientError: Error, Sendable, CustomStringConvertible {
    /// The status of the answer; nil when there was none.
    package let status: Int?
    package let description: String

    package init(_ description: String, status: Int? = nil) {
        self.description = description
        self.status = status
    }
}
