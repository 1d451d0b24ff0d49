package import Domain
package import Platform

/// Schemas out of source code, and source code out of words.
package struct ToolGeneration: Sendable {
    let engine: Engine

    /// What a tool should do, in words.
    package struct Wish: Sendable {
        /// What the function is to be called.
        package var name: String
        package var prompt: String
        /// The model that writes; nil: the default one.
        package var model: String?
        /// What to begin with.
        package var source: String?
        /// What was wrong with it.
        package var faults: [String] = []

        package init(name: String, prompt: String) {
            self.name = name
            self.prompt = prompt
        }
    }

    /// A tool that is not stored.
    package struct Draft: Sendable {
        package let tool: Tool
        package let sampleArguments: JSONObject
        /// What the model says about it.
        package let explanation: String
    }

    /// The model is told what was wrong so often.
    private static let attempts = 3

    /// - Throws: `Refusal(.invalid)` that names the line.
    package func schema(of source: String, sourceType: String?) async throws -> JSONObject {
        try await ToolSchemaSource(engine: engine).schema(
            given: nil, arguments: nil, source: source, sourceType: sourceType)
    }

    /// Has a model write a Python tool. What it writes is read, not run.
    /// - Throws: `Refusal(.invalid)` when there is no model, or when it writes no tool in three attempts; `RunFailure` when
    ///   the model fails.
    package func draft(_ wish: Wish, by caller: Caller) async throws -> Draft {
        guard Tool.isName(wish.name) else {
            throw Refusal.invalid(
                "tool_name: '\(wish.name.prefix(100))' should have 1 to 64 characters, only letters, digits, _ and -.")
        }
        let model = try await engine.chatModel(named: wish.model, by: caller)
        var request = ChatRequest(instructions: Self.instructions, turns: [.user(Self.question(wish))])
        request.format = .schema(name: "tool", schema: Self.answerSchema, isStrict: true)
        var fault = ""
        for _ in 0..<Self.attempts {
            let answer = try await Self.answer(of: model, request)
            do {
                return try await draft(answer, wish)
            } catch let refusal as Refusal where refusal.code == .invalid {
                fault = refusal.message
                request.turns += [.assistant(answer), .user("That cannot be used: \(fault) Write it again, whole.")]
            }
        }
        throw Refusal.invalid(
            "The model \(model.handle.text) wrote no usable tool in \(Self.attempts) attempts: \(fault)")
    }

    private static func answer(of model: any ChatModel, _ request: ChatRequest) async throws -> String {
        do { return try await model.answer(request).text } catch let error as ChatError { throw RunFailure(error) }
    }

    private func draft(_ answer: String, _ wish: Wish) async throws -> Draft {
        let json: JSONValue
        do { json = try JSONValue(parsing: answer) } catch {
            throw Refusal.invalid("The answer is not JSON: \(error).")
        }
        guard let source = json["source_code"]?.string else { throw Refusal.invalid("'source_code' is missing.") }
        let schema = try await schema(of: source, sourceType: "python")
        guard schema["name"]?.string == wish.name else {
            throw Refusal.invalid(
                "The last function of the source is '\(schema["name"]?.string ?? "")', not '\(wish.name)'.")
        }
        let sample = json["sample_args"]?.string ?? "{}"
        guard let arguments = (try? JSONValue(parsing: sample))?.object else {
            throw Refusal.invalid("'sample_args' is not the text of a JSON object.")
        }
        var new = NewTool()
        new.sourceCode = source
        new.sourceType = "python"
        return Draft(
            tool: try ToolDraft(new, schema: schema, projectID: nil).tool, sampleArguments: arguments,
            explanation: json["explanation"]?.string ?? "")
    }

    // MARK: What the model is told

    private static let instructions = """
        You write one tool for an AI agent: a Python function that does what is asked, and nothing else.
        - The last function of the source is the tool, with exactly the name that is asked for. Helper functions stand above it.
        - Each parameter has a type annotation (str, int, float, bool, list[…], dict, Literal[…], Optional[…]).
        - A docstring in Google's style: one sentence, then "Args:" with a line for each parameter, then "Returns:".
        - Imports stand inside of the function. Prefer the standard library.
        - It returns a value and raises an exception with a clear message when it cannot do what it should.
        - Keys and passwords come from os.environ, never from the source.
        Answer with JSON: source_code, sample_args (the text of a JSON object with arguments to try it with), explanation
        (one or two sentences).
        """

    private static let answerSchema = JSONText([
        "type": "object",
        "properties": [
            "source_code": ["type": "string"], "sample_args": ["type": "string"], "explanation": ["type": "string"],
        ],
        "required": ["source_code", "sample_args", "explanation"], "additionalProperties": false,
    ])

    private static func question(_ wish: Wish) -> String {
        var text = "Write the tool '\(wish.name)'. What it should do:\n\(wish.prompt)"
        if let source = wish.source { text += "\n\nBegin with this source:\n\(source)" }
        if !wish.faults.isEmpty { text += "\n\nWhat was wrong with it:\n- " + wish.faults.joined(separator: "\n- ") }
        return text
    }
}

extension Engine {
    package var toolGeneration: ToolGeneration { ToolGeneration(engine: self) }
}
