import Domain
import Engine
import HTTP
import Platform

extension NewConversation {
    init(_ body: JSONObject) {
        self.init()
        summary = body.text("summary")
        model = body.text("model")
        modelSettings = body.json("model_settings")
        isolatedBlockLabels = body.texts("isolated_block_labels") ?? []
        extra = laterMembers(body).map { JSONText(.object($0)) }
    }
}

/// Members that newer clients send and look for.
private func laterMembers(_ body: JSONObject) -> JSONObject? {
    let names = ["description", "context_window_limit", "hidden", "archived"]
    let given = names.compactMap { name in body[name].flatMap { $0.isNull ? nil : (name, $0) } }
    return given.isEmpty ? nil : JSONObject(given)
}

extension ConversationPatch {
    /// As in V1, null changes nothing.
    init(_ body: JSONObject) {
        self.init()
        if let given = body.text("summary") { summary = .value(given) }
        if let given = body.text("model") { model = .value(given) }
        if let given = body.json("model_settings") { modelSettings = .value(given) }
        if let given = body.time("last_message_at") { lastMessageAt = .value(given) }
        extra = laterMembers(body)
    }
}

extension Conversation {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", id)
            json.field("agent_id", agentID)
            json.field("summary", summary)
            json.field("in_context_message_ids", messageIDs)
            json.field("isolated_block_ids", isolatedBlockIDs)
            json.field("model", model)
            json.field("model_settings", modelSettings)
            json.field("last_message_at", lastMessageAt)
            json.field("created_at", createdAt)
            json.field("updated_at", updatedAt)
            json.field("created_by_id", createdBy)
            json.field("last_updated_by_id", lastUpdatedBy)
            for member in extra?.value.object?.members ?? [] {
                json.key(text: member.name)
                json.element(member.value)
            }
        }
    }
}

extension Response {
    static func conversation(_ conversation: Conversation) -> Response { .json { conversation.write(to: &$0) } }
}

extension RequestContext {
    /// The thread that a path with a conversation names.
    var thread: ThreadReference {
        get throws { try ThreadReference(self[parameter: "conversation_id"], agentID: text("agent_id")) }
    }
}
