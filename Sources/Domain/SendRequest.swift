package import Platform

/// What a client sends to an agent (`LettaRequest`, wire notes, section 7).
package struct SendRequest: Sendable {
    package var inputs: [AgentInput]
    package var maximumSteps = 50
    package var clientTools: [ClientTool] = []
    package var clientSkills: [ClientSkill] = []
    /// A handle for this request alone.
    package var overrideModel: String?
    /// A system message for this request alone.
    package var overrideSystem: String?
    package var showsCompaction = false
    package var topLogprobs: Int?
    package var isBackground = false
    package var callbackURL: String?
    /// Kept with the run, as the contract shows it.
    package var config: JSONText?
    /// The model's answer is told piece by piece.
    package var streamsTokens = false

    package init(inputs: [AgentInput]) { self.inputs = inputs }

    /// What the client marked its messages with, to know the same request again.
    package var otids: [String] { inputs.compactMap(\.otid) }
}

/// One message of a request.
package enum AgentInput: Sendable {
    case message(InputMessage)
    /// Answers to calls that wait.
    case answers([CallAnswer], otid: String?, groupID: String?)

    package var otid: String? {
        switch self {
        case .message(let message): message.otid
        case .answers(_, let otid, _): otid
        }
    }
}

package struct InputMessage: Sendable {
    /// User, system or assistant.
    package let role: Message.Role
    /// Content parts.
    package let content: JSONText
    package var otid: String?
    package var name: String?
    package var senderID: String?
    package var groupID: String?

    package init(role: Message.Role, content: JSONText) {
        self.role = role
        self.content = content
    }
}

/// The answer to a call that waits for a person or for the client.
package struct CallAnswer: Sendable {
    package enum Verdict: Sendable {
        case approved
        case denied(reason: String?)
        /// The client carried the call out.
        case returned(String, isError: Bool, stdout: [String]?, stderr: [String]?)
    }

    /// Nil: every call that waits (the contract's older form).
    package let callID: String?
    package let verdict: Verdict

    package init(callID: String?, verdict: Verdict) {
        self.callID = callID
        self.verdict = verdict
    }
}

/// A tool that the client carries out itself.
package struct ClientTool: Sendable {
    package let name: String
    package let description: String?
    package let parameters: JSONText?

    package init(name: String, description: String?, parameters: JSONText?) {
        self.name = name
        self.description = description
        self.parameters = parameters
    }
}

/// Something that the client knows how to do, told to the model by name.
package struct ClientSkill: Sendable {
    package let name: String
    package let description: String
    package let location: String

    package init(name: String, description: String, location: String) {
        self.name = name
        self.description = description
        self.location = location
    }
}
