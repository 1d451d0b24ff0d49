package import Platform

/// Code to run once.
package struct CodeCall: Sendable {
    package let language: CodeLanguage
    package let source: String
    /// The function to call; nil runs the source as a script, whose last expression is its value.
    package var function: String?
    package var arguments = JSONObject()
    /// What the function's parameter `agent_state` is given, if it has one.
    package var agentState: JSONText?
    /// Variables of its environment. Their values are masked in everything that it prints and returns.
    package var environment: [CodeVariable] = []
    package var requirements: [PipRequirement] = []
    package var limits = CodeLimits()

    package init(_ language: CodeLanguage, source: String, function: String? = nil) {
        self.language = language
        self.source = source
        self.function = function
    }
}

package struct CodeVariable: Sendable, Equatable {
    package let name: String
    package let value: Secret
    /// Whether its value is masked: an agent's secret is, its id is not.
    package let isSecret: Bool

    /// What stands in the place of a secret.
    package static let mask = "***"

    package init(_ name: String, _ value: Secret, isSecret: Bool = true) {
        self.name = name
        self.value = value
        self.isSecret = isSecret
    }
}

/// What code may use up.
package struct CodeLimits: Sendable, Equatable {
    /// Seconds of wall time, the contract's 180.
    package var seconds = 180.0
    /// Seconds of processor time of each of its processes.
    package var processorSeconds = 120.0
    /// Bytes of memory.
    package var memory = 1 << 30
    package var processes = 64
    /// Bytes of its own file system, which is memory and gone afterwards.
    package var files = 256 << 20
    /// Bytes that it may print, and bytes that it may return; what is more is cut away, and said.
    package var output = 1 << 20
    package var reply = 8 << 20
    package var allowsNetwork = false

    package init() {}
}

/// How code ended.
package struct CodeResult: Sendable, Equatable {
    package enum Ending: Sendable, Equatable {
        case returned
        /// An exception by its kind (`ValueError`) and message.
        case raised(kind: String, message: String)
        case timedOut(seconds: Double)
        /// It ran into a limit, or a signal ended it; the text says which and is for the model.
        case killed(String)
    }

    package var ending: Ending
    /// What the function returned as text: a text as it is, anything else as its language shows it.
    package var text: String
    /// The same as JSON, when it has a form in JSON.
    package var value: JSONValue?
    package var stdout: [String]
    /// With the traceback of an exception.
    package var stderr: [String]
    package var milliseconds: Double

    package init(
        _ ending: Ending, text: String, value: JSONValue? = nil, stdout: [String] = [], stderr: [String] = [],
        milliseconds: Double = 0
    ) {
        self.ending = ending
        self.text = text
        self.value = value
        self.stdout = stdout
        self.stderr = stderr
        self.milliseconds = milliseconds
    }
}
