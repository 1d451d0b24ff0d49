import Domain
import Engine
import Platform

extension SendRequest {
    /// From a checked body of `LettaRequest` or one of its kin.
    init(_ body: JSONObject) {
        if let input = body["input"], !input.isNull {
            self.init(inputs: [.message(InputMessage(role: .user, content: Self.parts(input)))])
        } else {
            self.init(inputs: (body["messages"]?.array ?? []).compactMap(\.object).map { AgentInput($0) })
        }
        maximumSteps = body.integer("max_steps") ?? maximumSteps
        clientTools = (body["client_tools"]?.array ?? []).compactMap(\.object).map { tool in
            ClientTool(
                name: tool.text("name") ?? "", description: tool.text("description"),
                parameters: tool.json("parameters"))
        }
        clientSkills = (body["client_skills"]?.array ?? []).compactMap(\.object).map { skill in
            ClientSkill(
                name: skill.text("name") ?? "", description: skill.text("description") ?? "",
                location: skill.text("location") ?? "")
        }
        overrideModel = body.text("override_model")
        overrideSystem = body.text("override_system")
        showsCompaction = body.flag("include_compaction_messages") ?? false
        if body.flag("return_logprobs") == true { topLogprobs = body.integer("top_logprobs") ?? 0 }
        isBackground = body.flag("background") ?? false
        streamsTokens = body.flag("stream_tokens") ?? false
        callbackURL = body.text("callback_url")
        config = JSONText(Self.config(body))
    }

    /// `LettaRequestConfig`, with the contract's defaults.
    private static func config(_ body: JSONObject) -> JSONValue {
        [
            "use_assistant_message": .bool(body.flag("use_assistant_message") ?? true),
            "assistant_message_tool_name": .string(body.text("assistant_message_tool_name") ?? "send_message"),
            "assistant_message_tool_kwarg": .string(body.text("assistant_message_tool_kwarg") ?? "message"),
            "include_return_message_types": body["include_return_message_types"] ?? .null,
        ]
    }

    fileprivate static func parts(_ content: JSONValue) -> JSONText {
        content.string.map(Message.textContent) ?? JSONText(content)
    }
}

extension AgentInput {
    fileprivate init(_ body: JSONObject) {
        let otid = body.text("otid")
        let listed = (body["approvals"]?.array ?? []) + (body["tool_returns"]?.array ?? [])
        if !listed.isEmpty {
            self = .answers(
                listed.compactMap(\.object).map { CallAnswer($0) }, otid: otid, groupID: body.text("group_id"))
        } else if let approves = body.flag("approve") {
            let verdict = CallAnswer.Verdict(approves: approves, reason: body.text("reason"))
            // Older clients name the request, or nothing at all.
            let answer = CallAnswer(
                callID: body.text("tool_call_id") ?? body.text("approval_request_id"), verdict: verdict)
            self = .answers([answer], otid: otid, groupID: body.text("group_id"))
        } else {
            let role = body.text("role").flatMap(Message.Role.init(rawValue:)) ?? .user
            var message = InputMessage(role: role, content: SendRequest.parts(body["content"] ?? ""))
            message.otid = otid
            message.name = body.text("name")
            message.senderID = body.text("sender_id")
            message.groupID = body.text("group_id")
            self = .message(message)
        }
    }
}

extension CallAnswer {
    fileprivate init(_ body: JSONObject) {
        let verdict: Verdict
        if let returned = body["tool_return"], !returned.isNull {
            verdict = .returned(
                returned.string ?? Self.text(of: returned), isError: body.text("status") == "error",
                stdout: body.texts("stdout"), stderr: body.texts("stderr"))
        } else {
            verdict = Verdict(approves: body.flag("approve") ?? false, reason: body.text("reason"))
        }
        self.init(callID: body.text("tool_call_id"), verdict: verdict)
    }

    /// Content parts; what is no text is told as JSON.
    private static func text(of parts: JSONValue) -> String {
        (parts.array ?? []).map { $0["text"]?.string ?? $0.text }.joined(separator: "\n")
    }
}

extension CallAnswer.Verdict {
    fileprivate init(approves: Bool, reason: String?) { self = approves ? .approved : .denied(reason: reason) }
}

extension RequestContext {
    /// How the request in the body wants the messages of its answer shown.
    var sentPresentation: MessagePresentation {
        var presentation = MessagePresentation()
        presentation.usesAssistantMessage = body.flag("use_assistant_message") ?? true
        presentation.messageTool = body.text("assistant_message_tool_name") ?? presentation.messageTool
        presentation.messageArgument = body.text("assistant_message_tool_kwarg") ?? presentation.messageArgument
        presentation.types = body.texts("include_return_message_types").map { Set($0) }
        return presentation
    }
}
