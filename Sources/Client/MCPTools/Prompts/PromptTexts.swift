import Platform

/// What the prompts say.
enum PromptTexts {
    static func recall(_ call: PromptCall) async throws -> String {
        let query = call.argument("query") ?? ""
        let request = RecallRequest(query: query, sources: [.archival, .blocks])
        let found: String
        do {
            found = embedded(
                try await call.session.retryingWhenLost { try await RecallTool.answer(request, call.session) })
        } catch let error as CancellationError {
            throw error
        } catch {
            found = "The memory could not be searched: \(ToolError(error).message)"
        }
        return """
            Recall what is known about: \(query)

            This is what the memory has:
            \(found)

            Say what of it matters for the present task, the most useful first, with dates where they help to judge it. \
            If something is missing, look again with \(call.words.recall), in other words. Say so plainly when there is \
            nothing, and what would be worth keeping once it is known.
            """
    }

    static func save(_ call: PromptCall) -> String {
        let what = call.argument("what").map { "Save only this: \($0)" } ?? "Save what this session learned."
        return what + "\n\n" + saveSteps(call.words)
    }

    static func saveSteps(_ words: ToolWords) -> String {
        """
        1. Go through the conversation: decisions and their reasons, bugs with cause and fix, preferences and corrections \
        of the user, conventions, what was tried and did not work.
        2. Store each with \(words.remember): one fact a note, understandable without this conversation, with the names \
        of files and functions, and a type (decision, bug, learning, preference, performance_regression, deployment).
        3. What every later session has to see goes into a block with \(words.update): a dated line in learnings, \
        facts about the project in project_context, about the user in human.
        4. Leave out secrets, what the repository says anyway, and what is over tomorrow.
        5. List in a few lines what was saved, and what was there already.
        """
    }

    static func status(_ call: PromptCall) async throws -> String {
        let state = embedded(try await MemoryStatusTool.status(call.session))
        return """
            Show the state of the memory: where it is, whose it is, its blocks with their sizes and limits, the number of notes \
            and the newest ones. Put what needs attention first, with what to do about it.

            \(state)
            """
    }

    static func sync(_ call: PromptCall) -> String {
        "Bring this session and the memory together.\n\n" + syncSteps(call.words)
    }

    static func syncSteps(_ words: ToolWords) -> String {
        """
        1. Load: read the blocks with \(words.read), search with \(words.recall) for what this session is about and \
        for what was learned last.
        2. Compare: which of it matters for the present task, what contradicts what you see in the repository or heard \
        from the user? What the repository says now is right.
        3. Store: new decisions, fixes, preferences and lessons with \(words.remember); correct blocks that are out of date \
        with \(words.update); remove notes that are wrong with \(words.forget).
        4. Report in a few lines: what was loaded, what was stored, which contradictions were resolved and how.
        """
    }

    static func projectInit(_ call: PromptCall) async -> String {
        var name = call.argument("name")
        if name == nil { name = await call.session.shownProjectName() }
        let project = name.map { "the project '\($0)'" } ?? "this project"
        return "Fill the memory of \(project) for the first time.\n\n" + projectInitSteps(call.words)
    }

    static func projectInitSteps(_ words: ToolWords) -> String {
        """
        1. Look first what is there: \(words.read) and \(words.recall). Keep what is right.
        2. Read the manifest (Package.swift, package.json, pyproject.toml, Cargo.toml, ...), the README, CLAUDE.md and the \
        documentation's table of contents; not the whole source.
        3. Rewrite the block project_context with \(words.update), in at most 60 lines: what it is for, stack, layout of \
        the folders, how to build, test and run, conventions, where the documentation is.
        4. Store decisions that the documents give reasons for with \(words.remember), one a note, type decision; \
        conventions likewise. Five to fifteen notes are plenty, and none that only repeats a file.
        5. Do not store secrets or settings of this machine.
        6. Report what was stored.
        """
    }

    /// Stored text inside a prompt, which the user seems to say: as JSON between marks that it cannot close, and without
    /// words of programs and web pages.
    static func embedded(_ answer: JSONValue) -> String {
        var object = answer.object ?? JSONObject()
        var leftOut = 0
        for name in ["results", "newest"] {
            guard let entries = object[name]?.array else { continue }
            let kept = entries.filter { $0["trust"] != "tool" && $0["trust"] != "web" }
            leftOut += entries.count - kept.count
            object[name] = .array(kept)
        }
        if leftOut > 0 {
            object["left_out"] = .string("\(leftOut) in words of programs or web pages; recall shows them.")
        }
        // A mark in a text must not look like the closing one.
        let json = JSONValue.object(object).text.utf8.flatMap { byte in
            byte == UInt8(ascii: "<") ? Array("\\u003c".utf8) : [byte]
        }
        return "<stored_notes>\n\(String(decoding: json, as: UTF8.self))\n</stored_notes>"
    }
}
