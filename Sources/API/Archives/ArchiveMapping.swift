import Domain
import Engine
import HTTP
import Platform

extension Archive {
    func write(to json: inout JSONWriter, organization: String) {
        json.object { json in
            json.field("id", id)
            json.field("name", name)
            json.field("organization_id", organization)
            json.field("description", description)
            json.field("vector_db_provider", "native")
            // Never null: SDK 1.7.1 has no place for that.
            json.field("embedding_config", embeddingConfig ?? ModelHandle.localEmbeddingConfig)
            json.field("metadata", metadata)
            json.field("created_at", createdAt)
            json.field("updated_at", updatedAt)
            json.field("created_by_id", createdBy)
            json.field("last_updated_by_id", lastUpdatedBy)
        }
    }
}

extension ModelHandle {
    /// Of archives that name no model: they have the local one.
    fileprivate static let localEmbeddingConfig = JSONText(
        .object(ModelHandle(provider: "letta", model: "letta-free").embeddingConfig(chunkSize: nil)))
}

extension Passage {
    /// V1 sends the embedding, padded to 4,096 numbers; no client reads it (wire notes, section 15).
    func write(to json: inout JSONWriter) { json.object(writeMembers) }

    /// With where it came from, which V1 does not tell.
    func writeWithProvenance(to json: inout JSONWriter) {
        json.object { json in
            writeMembers(&json)
            json.field("version", version)
            json.key("provenance")
            provenance.write(to: &json)
        }
    }

    private func writeMembers(_ json: inout JSONWriter) {
        json.field("id", id)
        json.field("text", text)
        json.null("embedding")
        json.field("embedding_config", embeddingConfig)
        json.field("archive_id", archiveID)
        json.field("source_id", sourceID)
        json.field("file_id", fileID)
        json.field("file_name", fileName)
        json.field("metadata", metadata)
        json.field("tags", tags)
        json.field("is_deleted", false)
        json.field("created_at", createdAt)
        json.field("updated_at", updatedAt)
        json.field("created_by_id", createdBy)
        json.field("last_updated_by_id", lastUpdatedBy)
    }
}

extension NewArchive {
    init(_ body: JSONObject) {
        self.init(
            name: body.text("name") ?? "", description: body.text("description"), embedding: body.text("embedding"),
            embeddingConfig: body.json("embedding_config"))
    }
}

extension ArchivePatch {
    init(_ body: JSONObject) {
        self.init()
        name = body.textPatch("name")
        description = body.textPatch("description")
        metadata = body.jsonPatch("metadata")
    }
}

extension NewPassage {
    init(_ body: JSONObject) {
        self.init(
            text: body.text("text") ?? "", metadata: body["metadata"]?.object, tags: body.texts("tags") ?? [],
            createdAt: body.time("created_at"),
            provenance: body["provenance"]?.object.map(Provenance.init) ?? .api)
    }
}

extension PassagePatch {
    init(_ body: JSONObject) {
        self.init()
        text = body.textPatch("text")
        tags = body.textsPatch("tags")
        metadata = body.patch("metadata") { $0.object }
        expectedVersion = body.integer("expected_version")
    }
}

extension PassageFilter {
    /// Filters in a query: `tags`, `tag_match_mode`, `start_datetime`, `end_datetime`, `metadata.<name>`.
    init(_ context: RequestContext) {
        self.init(archiveIDs: [])
        tags = context.texts("tags")
        matchAllTags = context.text("tag_match_mode") == "all"
        start = context.text("start_datetime").flatMap { Timestamp(iso8601: $0) }
        end = context.text("end_datetime").flatMap { Timestamp(endOf: $0) }
        trust = Set(context.texts("trust").compactMap(Provenance.Trust.init(rawValue:)))
        for name in context.query.names where name.hasPrefix("metadata.") {
            for value in context.texts(name) {
                metadata.append(MetadataCondition(String(name.dropFirst("metadata.".count)), text: value))
            }
        }
    }

    /// Filters in the body of `/v1/passages/search`.
    init(_ body: JSONObject) {
        self.init(archiveIDs: body.text("archive_id").map { [$0] })
        tags = body.texts("tags") ?? []
        matchAllTags = body.text("tag_match_mode") == "all"
        start = body.time("start_date")
        end = body.endTime("end_date")
        trust = Set((body.texts("trust") ?? []).compactMap(Provenance.Trust.init(rawValue:)))
        metadata = (body["metadata"]?.object?.members ?? []).map { MetadataCondition($0.name, [$0.value]) }
    }
}

extension Response {
    static func archive(_ archive: Archive, _ context: RequestContext) -> Response {
        .json { archive.write(to: &$0, organization: context.caller.organization) }
    }

    static func passages(_ passages: [Passage]) -> Response { .list(passages) { $0.write(to: &$1) } }
}
