import Domain
import Platform

extension NewIdentity {
    init(_ body: JSONObject) {
        self.init(identifierKey: body.text("identifier_key") ?? "")
        name = body.text("name") ?? body["metadata"]?["name"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        type = body.text("identity_type")
        projectID = body.text("project_id")
        properties = body.identityProperties
        agentIDs = body.texts("agent_ids")
        blockIDs = body.texts("block_ids")
    }
}

extension IdentityPatch {
    init(_ body: JSONObject) {
        self.init()
        identifierKey = body.text("identifier_key")
        name = body.text("name")
        type = body.text("identity_type")
        properties = body.identityProperties
        agentIDs = body.texts("agent_ids")
        blockIDs = body.texts("block_ids")
    }
}

extension IdentityProperty {
    init(_ json: JSONValue) {
        self.init(
            key: json["key"]?.string ?? "", value: json["value"] ?? .null, type: json["type"]?.string ?? "string")
    }
}

extension JSONObject {
    /// `properties`, and what `metadata` holds; nil when neither was given.
    fileprivate var identityProperties: [IdentityProperty]? {
        let given = self["properties"]?.array?.map(IdentityProperty.init)
        let metadata = self["metadata"]?.object?.members.compactMap {
            IdentityProperty(key: $0.name, metadata: $0.value)
        }
        return given == nil && metadata == nil ? nil : (metadata ?? []) + (given ?? [])
    }
}
