import Domain
import Engine
import HTTP
import Platform

/// The events of a run as the frames of the contract's stream (wire notes, section 7): a ping that names the run, the
/// messages, `stop_reason`, `usage_statistics`, then `[DONE]`. For one reader of `RunEvent`s.
struct RunStream: Sendable {
    let presentation: MessagePresentation
    let includesPings: Bool
    let showsCompaction: Bool

    /// A frame; it is given its number when it is kept, or nil.
    typealias Frame = @Sendable (Int?) -> String

    private var runID = ""
    private var agentType = AgentType.lettaV1
    /// Messages that were shown piece by piece.
    private var pieced: Set<String> = []
    /// Calls that are coming in, by message and place.
    private var calls: [String: StreamedCall] = [:]

    init(_ presentation: MessagePresentation, includesPings: Bool, showsCompaction: Bool) {
        self.presentation = presentation
        self.includesPings = includesPings
        self.showsCompaction = showsCompaction
    }

    mutating func frames(_ event: RunEvent) -> [Frame] {
        switch event {
        case .began(let run, let type):
            runID = run.id
            agentType = type
            return includesPings ? [Self.ping(run.id)] : []
        case .piece(let piece): return frame(piece).map { [$0] } ?? []
        case .stored(let messages): return messages.flatMap(shown).map(Self.frame)
        case .compacting(let trigger): return showsCompaction ? [Self.compacting(trigger, runID)] : []
        case .compacted(let message):
            guard showsCompaction else { return [] }
            return presentation.summaries(of: message).map(Self.frame)
        case .ended(let end): return Self.last(end)
        }
    }

    private func shown(_ message: Message) -> [APIMessage] {
        if pieced.contains(message.id) { return [] }
        return presentation.messages(of: message, agentType: agentType)
    }

    static let done = "data: [DONE]\n\n"

    // MARK: Pieces

    private mutating func frame(_ piece: MessagePiece) -> Frame? {
        pieced.insert(piece.messageID)
        let kind: APIMessage.Kind?
        switch piece.content {
        case .text(let text): kind = .assistant(text)
        case .reasoning(let text): kind = .reasoning(text, isNative: true, signature: nil)
        case .thought(let text): kind = .reasoning(text, isNative: false, signature: nil)
        case .signature(let signature): kind = .reasoning("", isNative: true, signature: signature)
        case .call(let index, let id, let name, let arguments, let waits):
            let key = "\(piece.messageID)/\(index)"
            var call = calls[key] ?? StreamedCall()
            kind = call.kind(id, name, arguments, waits: waits, presentation)
            calls[key] = call
        }
        guard let kind else { return nil }
        var message = Message(id: piece.messageID, agentID: "", role: .assistant, createdAt: piece.date)
        message.stepID = piece.stepID
        message.runID = piece.runID
        let otid =
            if case .callDelta(_, waits: true) = kind { piece.messageID } else {
                MessagePresentation.otid(piece.messageID, piece.part)
            }
        let shown = APIMessage(message: message, otid: otid, kind: kind)
        if let types = presentation.types, !types.contains(shown.type) { return nil }
        return Self.frame(shown)
    }

    // MARK: Frames

    private static func frame(_ message: APIMessage) -> Frame {
        { number in text { message.write(to: &$0, sequence: number) } }
    }

    static func ping(_ runID: String) -> Frame {
        let id = "ping-" + Identifier.uuid()
        let date = Timestamp.now.messageDate
        return { number in
            text { json in
                json.object { json in
                    json.field("message_type", "ping")
                    json.field("id", id)
                    json.field("date", date)
                    json.field("run_id", runID)
                    json.field("seq_id", number)
                }
            }
        }
    }

    private static func compacting(_ trigger: String, _ runID: String) -> Frame {
        let (id, date) = (Identifier.new(.message), Timestamp.now.messageDate)
        return { number in
            text { json in
                json.object { json in
                    json.field("id", id)
                    json.field("date", date)
                    json.field("message_type", "event_message")
                    json.field("run_id", runID)
                    json.field("seq_id", number)
                    json.field("event_type", "compaction")
                    json.object("event_data") { $0.field("trigger", trigger) }
                }
            }
        }
    }

    private static func last(_ end: RunEnd) -> [Frame] {
        let reason: Frame = { _ in text { end.writeStopReason(to: &$0) } }
        if let failure = end.failure {
            return [
                reason,
                { _ in "event: error\n" + text { failure.write(runID: end.run.id, to: &$0) } },
            ]
        }
        return [reason, { _ in text { end.writeUsage(to: &$0) } }]
    }

    private static func text(_ write: (inout JSONWriter) -> Void) -> String {
        var json = JSONWriter()
        write(&json)
        return "data: " + json.text + "\n\n"
    }
}
