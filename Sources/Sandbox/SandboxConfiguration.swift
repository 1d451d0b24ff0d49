package import Domain

/// How code is run, and with how much of the machine.
package struct SandboxConfiguration: Sendable {
    package enum Policy: String, Sendable, CaseIterable {
        /// In bubblewrap, or not at all.
        case required
        /// As the server's own user, with limits but without walls: only for code that somebody vouches for.
        case unsandboxed
        /// No code is run.
        case off
    }

    package var policy = Policy.required
    /// Whether tools that ask for the network get it. It is the machine's: everything the server reaches.
    package var allowsNetwork = false
    /// The most that a call gets, whatever it asks for.
    package var most = CodeLimits()
    package var runners: [CodeLanguage: RunnerSource] = [:]
    /// Workers kept waiting for each language (and set of packages) that was called lately; 0: each call starts its own.
    package var readyWorkers = 2
    /// After so long without a call they are let go.
    package var idleSeconds = 300.0
    package var callsAtOnce = 8
    /// Calls beyond `callsAtOnce` that wait; more are refused.
    package var callsWaiting = 64
    /// Where programs are looked for: bubblewrap and interpreters.
    package var searchPath = "/usr/local/bin:/usr/bin:/bin"
    /// Makes the packages that code requires available.
    /// - Returns: a folder, which is shown to the code read-only as `/packages`.
    /// - Throws: `CodeError(.requirements)`.
    package var packages: (@Sendable (CodeLanguage, [PipRequirement]) async throws -> String)?

    package init() {}
}

/// The program that a worker of a language runs, which speaks the protocol of docs/design/sandbox.md.
package struct RunnerSource: Sendable {
    /// Names (of `searchPath`) or paths of the interpreter, the best first. In the sandbox only those under /usr are seen.
    package let interpreters: [String]
    /// What stands before the script.
    package var arguments: [String] = []
    /// `runner.py`.
    package let fileName: String
    package let script: [UInt8]
    /// What stands after the script: the modules to load ahead.
    package var preload: [String] = []
    /// The variable that names the folder of packages: `PYTHONPATH`.
    package var packagesVariable: String?
    /// Whether the interpreter maps far more memory than it uses (V8 does), so that what is mapped cannot be limited.
    package var reservesAddressSpace = false

    package init(interpreters: [String], fileName: String, script: [UInt8]) {
        self.interpreters = interpreters
        self.fileName = fileName
        self.script = script
    }
}
