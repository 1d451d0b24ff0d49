/// Who does something: a user of an organization. Every stored row belongs to an organization.
package struct Actor: Sendable, Hashable {
    package let userID: String
    package let organizationID: String

    package init(userID: String, organizationID: String) {
        self.userID = userID
        self.organizationID = organizationID
    }

    /// The one user of a server without accounts; its ids are the contract's.
    package static let `default` = Actor(
        userID: "user-00000000-0000-4000-8000-000000000000",
        organizationID: "org-00000000-0000-4000-8000-000000000000")
}
