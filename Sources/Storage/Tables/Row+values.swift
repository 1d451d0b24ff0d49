import Domain
import Platform

/// Values that several tables keep in their columns.
extension Row {
    /// JSON that we wrote ourselves.
    func optionalJSON(_ index: Int) -> JSONText? { optionalText(index).map(JSONText.init(trusted:)) }

    /// A JSON list of texts; empty for NULL. Most lists are, and are not parsed.
    func texts(_ index: Int) -> [String] {
        guard let json = optionalText(index), json != "[]" else { return [] }
        return JSONText(trusted: json).value.strings ?? []
    }

    /// The five columns of `M001.provenance` from `source_kind` to `trust`.
    func provenance(from index: Int) -> Provenance {
        Provenance(
            source: optionalText(index) ?? Provenance.api.source, session: optionalText(index + 1),
            tool: optionalText(index + 2), file: optionalText(index + 3),
            trust: optionalText(index + 4).flatMap(Provenance.Trust.init(rawValue:)))
    }
}
