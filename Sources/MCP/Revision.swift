/// The revisions of the Model Context Protocol that are spoken, oldest first.
package enum Revision: String, Sendable, CaseIterable, Comparable {
    case november2024 = "2024-11-05"
    case march2025 = "2025-03-26"
    case june2025 = "2025-06-18"
    case november2025 = "2025-11-25"
    /// Without handshake and sessions: every request says its revision in `_meta`.
    case july2026 = "2026-07-28"

    package static func < (left: Revision, right: Revision) -> Bool { left.rawValue < right.rawValue }

    package var isStateless: Bool { self == .july2026 }

    /// What `initialize` is answered with when the client asks for something unknown.
    package static let newestHandshake = Revision.november2025
    package static let handshakes = allCases.filter { !$0.isStateless }
    package static let stateless = allCases.filter(\.isStateless)
}
