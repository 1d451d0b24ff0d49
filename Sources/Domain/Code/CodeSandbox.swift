package import Platform

/// A place where code runs that nobody vouches for.
package protocol CodeSandbox: Sendable {
    /// Why code in this language cannot run here, and what to do about it; nil when it can.
    func obstacle(to language: CodeLanguage) async -> String?

    /// Runs code and waits for its end. What the code does wrong is a result; a cancelled task kills the code.
    /// - Throws: `CodeError` when it could not be run at all; `CancellationError`.
    func run(_ call: CodeCall) async throws -> CodeResult

    /// The schema of the function that a source defines, `{name, description, parameters}`, from its signature, type
    /// hints and docstring (wire notes, section 16). The source is read, never run.
    /// - Throws: `CodeError(.invalidSource)` that names the line; other `CodeError`s; `CancellationError`.
    func schema(of source: String, in language: CodeLanguage) async throws -> JSONObject

    /// The same for a function whose parameters are described elsewhere: only `name` and `description` are wanted, and
    /// nothing is missing that says nothing of them.
    func summary(of source: String, in language: CodeLanguage) async throws -> JSONObject
}

extension CodeSandbox {
    package func summary(of source: String, in language: CodeLanguage) async throws -> JSONObject {
        try await schema(of: source, in: language)
    }
}

package enum CodeLanguage: String, Sendable, CaseIterable {
    case python, javascript, typescript

    /// By the names that clients use: `python`, `py`, `js` …
    package init?(name: String) {
        switch name.lowercased() {
        case "python", "python3", "py": self = .python
        case "javascript", "js", "node": self = .javascript
        case "typescript", "ts": self = .typescript
        default: return nil
        }
    }
}

/// Code could not be run, or its source not be understood. The message says what to do next.
package struct CodeError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Code: Sendable {
        /// Nothing can be run on this machine, or not in this language.
        case unavailable
        /// The packages it requires could not be installed.
        case requirements
        case invalidSource
        /// Too many calls wait already.
        case busy
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}

/// For a process that runs no code.
package struct NoSandbox: CodeSandbox {
    private static let reason = "This process does not run code. Start 'roost serve'."

    package init() {}

    package func obstacle(to language: CodeLanguage) async -> String? { Self.reason }

    package func run(_ call: CodeCall) async throws -> CodeResult { throw CodeError(.unavailable, Self.reason) }

    package func schema(of source: String, in language: CodeLanguage) async throws -> JSONObject {
        throw CodeError(.unavailable, Self.reason)
    }
}
