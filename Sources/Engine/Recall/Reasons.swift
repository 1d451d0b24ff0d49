import Domain
import Platform

/// Why a passage was found, in words a person understands.
enum Reasons {
    /// The filters that a passage passed.
    static func filters(_ filter: PassageFilter, _ passage: Passage) -> [String] {
        var why = passage.tags.filter { filter.tags.contains($0) }.map { "tag: \($0)" }
        why += filter.metadata.map { "metadata: \($0.name)" }
        if !filter.trust.isEmpty, let trust = passage.provenance.trust { why.append("trust: \(trust.rawValue)") }
        if filter.start != nil || filter.end != nil { why.append("date: \(passage.createdAt.iso8601.prefix(10))") }
        return why
    }
}
