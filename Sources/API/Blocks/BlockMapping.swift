import Domain
import HTTP
import Platform

extension Block {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", id)
            json.field("value", value)
            json.field("limit", limit)
            json.field("label", label)
            json.field("read_only", isReadOnly)
            json.field("description", description)
            json.field("metadata", metadata)
            json.field("tags", tags)
            json.field("project_id", projectID)
            json.field("is_template", isTemplate)
            json.field("template_name", templateName)
            json.field("template_id", templateID)
            json.field("base_template_id", baseTemplateID)
            json.field("deployment_id", deploymentID)
            json.field("entity_id", entityID)
            json.field("preserve_on_migration", preserveOnMigration)
            json.field("hidden", isHidden)
            json.field("created_by_id", createdBy)
            json.field("last_updated_by_id", lastUpdatedBy)
            json.field("version", version)
            json.field("created_at", createdAt)
            json.field("updated_at", updatedAt)
        }
    }
}

extension BlockRevision {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("sequence", sequence)
            json.field("block_id", blockID)
            json.field("version", version)
            json.field("label", label)
            json.field("value", value)
            json.field("description", description)
            json.field("limit", limit)
            json.field("action", action)
            json.field("actor_id", actorID)
            json.field("source", provenance.source)
            json.field("session", provenance.session)
            json.field("tool", provenance.tool)
            json.field("changed_at", changedAt)
        }
    }
}

extension NewBlock {
    init(_ body: JSONObject) {
        self.init(label: body.text("label") ?? "", value: body.text("value") ?? "")
        limit = body.integer("limit")
        description = body.text("description")
        isReadOnly = body.flag("read_only") ?? false
        isTemplate = body.flag("is_template") ?? false
        templateName = body.text("template_name")
        projectID = body.text("project_id")
        templateID = body.text("template_id")
        baseTemplateID = body.text("base_template_id")
        deploymentID = body.text("deployment_id")
        entityID = body.text("entity_id")
        preserveOnMigration = body["preserve_on_migration"].map { $0.bool } ?? false
        isHidden = body.flag("hidden")
        metadata = body["metadata"] == nil ? .emptyObject : body.json("metadata")
        tags = body.texts("tags") ?? []
    }
}

extension BlockPatch {
    /// - Parameter request: its `If-Match` counts as the expected version when the body names none.
    init(_ body: JSONObject, _ request: Request) throws {
        self.init()
        label = body.textPatch("label")
        value = body.textPatch("value")
        limit = body.integerPatch("limit")
        description = body.textPatch("description")
        isReadOnly = body.flagPatch("read_only")
        isTemplate = body.flagPatch("is_template")
        templateName = body.textPatch("template_name")
        projectID = body.textPatch("project_id")
        templateID = body.textPatch("template_id")
        baseTemplateID = body.textPatch("base_template_id")
        deploymentID = body.textPatch("deployment_id")
        entityID = body.textPatch("entity_id")
        preserveOnMigration = body.flagPatch("preserve_on_migration")
        isHidden = body.flagPatch("hidden")
        metadata = body.jsonPatch("metadata")
        tags = body.textsPatch("tags")
        expectedVersion = try body.integer("expected_version") ?? Self.matchedVersion(request)
    }

    /// `If-Match: "3"`; `*` matches any version.
    static func matchedVersion(_ request: Request) throws -> Int? {
        guard let header = request.headers["if-match"], header != "*" else { return nil }
        let text = header.hasPrefix("W/") ? header.dropFirst(2) : Substring(header)
        guard let version = Int(text.filter { $0 != "\"" }), version > 0 else {
            throw Refusal.unprocessable("header.if-match: should be a block's version, such as \"3\"")
        }
        return version
    }
}

extension Response {
    /// A block with its version as ETag, which `If-Match` takes back.
    static func block(_ block: Block) -> Response {
        var response = Response.json { block.write(to: &$0) }
        response.headers.set("etag", "\"\(block.version)\"")
        return response
    }
}
