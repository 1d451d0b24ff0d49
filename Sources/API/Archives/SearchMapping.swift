import Domain
import Platform

extension PassageResults {
    /// The reply of `/v1/roost/search`.
    func write(to json: inout JSONWriter, explained: Bool) {
        json.object { json in
            json.field("mode", means.name)
            json.array("results") { json in for match in matches { match.writeResult(to: &json, explained: explained) }
            }
            json.field("count", matches.count)
            if explained, let gathered {
                json.key("explanation")
                gathered.write(to: &json)
            }
        }
    }
}

extension PassageResults.Means {
    var name: String {
        switch self {
        case .newest: "newest"
        case .words: "text"
        case .wordsAndMeaning: "hybrid"
        }
    }
}

extension PassageResults.Gathered {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.array("words") { json in
                for word in words {
                    json.object { json in
                        json.field("text", word.text)
                        json.field("passages", word.passages)
                    }
                }
            }
            json.field("passages", passages)
            json.field("by_words", byWords)
            json.field("by_meaning", byMeaning)
            json.field("ranked", ranked)
        }
    }
}

extension PassageMatch {
    /// An item of `/archival-memory/search`: V1's members, and ours (decisions, REST 3).
    func writeMemoryResult(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", passage.id)
            json.field("timestamp", passage.createdAt)
            json.field("content", passage.text)
            json.field("tags", passage.tags)
            json.field("text", passage.text)
            json.field("metadata", passage.metadata)
            writeJudgement(to: &json)
        }
    }

    /// An item of `/v1/passages/search`.
    func writeSearchResult(to json: inout JSONWriter) {
        json.object { json in
            json.key("passage")
            passage.write(to: &json)
            json.field("score", roundedScore)
            json.field("relevant", isRelevant)
            json.key("provenance")
            passage.provenance.write(to: &json)
            json.object("metadata") { json in json.field("why", why) }
        }
    }

    /// An item of `/v1/roost/search`.
    func writeResult(to json: inout JSONWriter, explained: Bool) {
        json.object { json in
            json.field("id", passage.id)
            json.field("archive_id", passage.archiveID)
            json.field("text", passage.text)
            json.field("created_at", passage.createdAt)
            json.field("tags", passage.tags)
            json.field("metadata", passage.metadata)
            writeJudgement(to: &json)
            guard explained else { return }
            json.object("parts") { json in
                for part in parts {
                    json.key(text: part.name)
                    json.element(Self.rounded(part.value))
                }
            }
        }
    }

    private func writeJudgement(to json: inout JSONWriter) {
        json.field("score", roundedScore)
        json.field("relevant", isRelevant)
        json.field("why", why)
        json.key("provenance")
        passage.provenance.write(to: &json)
    }

    private var roundedScore: Double { Self.rounded(score) }

    /// Four decimals: more would feign exactness.
    private static func rounded(_ value: Double) -> Double { (value * 10_000).rounded() / 10_000 }
}
