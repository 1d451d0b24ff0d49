package import Platform

/// One call of the model, and of the tools it asked for.
package struct Step: Sendable {
    package enum Status: String, Sendable { case pending, success, failed, cancelled }

    package private(set) var id: String
    package private(set) var agentID: String
    package var runID: String?
    package var conversationID: String?
    package var providerID: String?
    package var providerName: String?
    /// `base`: set up by the operator; `byok`: stored by a user.
    package var providerCategory: String?
    package var model: String?
    package var modelHandle: String?
    package var modelEndpoint: String?
    package var contextWindow: Int?
    package var usage = TokenUsage()
    package var stopReason: StopReason?
    package var status = Status.pending
    package var errorType: String?
    package var errorData: JSONText?
    package var tags: [String] = []
    /// `positive` or `negative`.
    package var feedback: String?
    package var projectID: String?
    package var requestID: String?
    /// Names of the tools that were called.
    package var tools: [String] = []
    /// Nanoseconds since 1970.
    package var startedNanoseconds: Int?
    package var modelStartedNanoseconds: Int?
    /// Nanoseconds.
    package var modelNanoseconds: Int?
    package var toolNanoseconds: Int?
    package var durationNanoseconds: Int?
    package var createdAt: Timestamp

    package init(id: String, agentID: String, createdAt: Timestamp) {
        self.id = id
        self.agentID = agentID
        self.createdAt = createdAt
    }
}

/// Which steps a list shows; nil or empty means any.
package struct StepFilter: Sendable {
    package var agentID: String?
    package var runID: String?
    package var model: String?
    package var ids: [String] = []
    package var feedback: String?
    /// With any feedback.
    package var hasFeedback: Bool?
    package var tags: [String] = []
    package var projectID: String?
    /// Inclusive.
    package var start: Timestamp?
    package var end: Timestamp?

    package init() {}
}

/// What was sent to a service in a step, and what came back.
package struct ProviderTrace: Sendable {
    package private(set) var id: String
    package let stepID: String
    package let agentID: String
    package let runID: String?
    package let request: JSONText
    package let response: JSONText
    package let createdAt: Timestamp

    package init(
        id: String, stepID: String, agentID: String, runID: String?, request: JSONText, response: JSONText,
        createdAt: Timestamp
    ) {
        self.id = id
        self.stepID = stepID
        self.agentID = agentID
        self.runID = runID
        self.request = request
        self.response = response
        self.createdAt = createdAt
    }
}
