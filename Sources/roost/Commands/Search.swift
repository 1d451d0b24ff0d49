import Client
import HTTP
import Platform

/// `roost search`: what a question finds, and why.
enum Search {
    static let command: Command = .overAPI(
        "search", "Finds passages by their words and their meaning, the best first",
        [Operand("QUERY", "A question, words, or an exact string such as a file name")],
        options: [
            Option("agent", "AGENT", "Only in the memory of this agent (LETTA_AGENT_ID)"),
            Option("archive", "ARCHIVE", "Only in this archive"), .tags,
            Option("all-tags", nil, "Only passages that have every tag given"),
            Option("since", "DATE", "Only passages from this date or time on"),
            Option("until", "DATE", "Only passages up to this date or time"),
            Option("metadata", "JSON", "Only passages whose metadata have these members"),
            Option("trust", "WHOSE", "Only passages in the words of user, assistant, tool or web", repeated: true),
            Option("relevant", nil, "Leave out what most likely has nothing to do with the question"),
            Option("explain", nil, "Say what was looked at and why each result has its place"), .limit(10),
        ],
        examples: [
            "roost search 'why did we leave Redis' --agent demo",
            "roost search 'ERR_CERT_DATE_INVALID' --explain",
            "roost search 'what was decided last week' --tag type:decision --json",
        ]
    ) { session in
        let reply = try await session.client.call(.post, "/v1/roost/search", body: try await request(session))
        if session.call.isJSON { return session.terminal.print(json: reply) }
        Report(reply, session.terminal, isExplained: session.call.flag("explain")).print()
    }

    private static func request(_ session: Session) async throws -> JSONValue {
        let call = session.call
        var body = BodyDraft()
        body.set("query", call.operand(0))
        if call.text("archive") == nil, call.text("agent") != nil || session.settings.agent != nil {
            body.set("agent_id", try await session.agent())
        }
        if let archive = call.text("archive") {
            body.set("archive_id", try await session.client.id(of: .archive, archive))
        }
        body.set("tags", call.texts("tag"))
        if call.flag("all-tags") { body.set("tag_match_mode", "all") }
        body.set("start_date", call.text("since"))
        body.set("end_date", call.text("until"))
        body.set("metadata", try session.json(option: "metadata"))
        body.set("trust", call.texts("trust"))
        body.set("limit", call.integer("limit") ?? 10)
        if call.flag("relevant") { body.set("relevant_only", .bool(true)) }
        if call.flag("explain") { body.set("explain", .bool(true)) }
        return body.json
    }

    /// The reply of a search, for people.
    private struct Report {
        let reply: JSONValue
        let terminal: Terminal
        let isExplained: Bool

        init(_ reply: JSONValue, _ terminal: Terminal, isExplained: Bool) {
            self.reply = reply
            self.terminal = terminal
            self.isExplained = isExplained
        }

        private var results: [JSONValue] { reply["results"]?.array ?? [] }

        func print() {
            if isExplained { printGathered() }
            if results.isEmpty { terminal.printError("Nothing was found.") }
            for (place, item) in results.enumerated() { show(item, place: place + 1) }
            if !results.isEmpty, !results.contains(where: { $0["relevant"]?.bool == true }),
                reply.shown("mode") != "newest"
            {
                terminal.printError("None of these is likely to answer the question; they are the nearest there are.")
            }
            if reply.shown("mode") == "text" {
                terminal.printError("Found by words alone: no embedding model took part. 'roost doctor' says why.")
            }
        }

        private func show(_ item: JSONValue, place: Int) {
            let isRelevant = item["relevant"]?.bool == true
            let head = "\(place). \(number(item["score"]))  \(item.shownTime("created_at"))  \(item.shown("id"))"
            terminal.print(isRelevant ? terminal.style.bold(head) : terminal.style.faint(head))
            let why = (item["why"]?.array ?? []).compactMap(\.string)
            let excerpt = Excerpt(item.shown("text"), around: why.compactMap(Self.word), width: width - 3, lines: 3)
            for line in excerpt.lines { terminal.print("   " + line) }
            guard isExplained else { return }
            printFaint("why: " + why.joined(separator: ", "))
            printFaint("sum: " + sum(item["parts"]?.object?.members ?? []))
        }

        /// What a reason says was found letter by letter.
        private static func word(_ reason: String) -> String? {
            let kind = ["exact: ", "text: "].first { reason.hasPrefix($0) }
            return kind.map { String(reason.dropFirst($0.count)) }
        }

        private func sum(_ parts: [JSONObject.Member]) -> String {
            var text = ""
            for part in parts {
                let isNegative = (part.value.double ?? 0) < 0
                text += text.isEmpty ? (isNegative ? "-" : "") : (isNegative ? " - " : " + ")
                text += "\(part.name) \(number(.double(abs(part.value.double ?? 0))))"
            }
            return text
        }

        /// Small print below a result.
        private func printFaint(_ text: String) {
            for line in Excerpt(text, around: [], width: width - 3, lines: 10).lines {
                terminal.print(terminal.style.faint("   " + line))
            }
        }

        /// Lines longer than this are hard to read, however wide the terminal.
        private var width: Int { max(40, min(terminal.width, 120)) }

        private func printGathered() {
            guard let gathered = reply["explanation"] else { return }
            let words = (gathered["words"]?.array ?? []).map { "\($0.shown("text")) \($0.shown("passages"))" }
            let lines = [
                "\(reply.shown("mode")) search in about \(gathered.shown("passages")) passages",
                words.isEmpty ? "no words to look for" : "passages with the words: " + words.joined(separator: ", "),
                "candidates: \(gathered.shown("by_words")) by words, \(gathered.shown("by_meaning")) by meaning; "
                    + "\(gathered.shown("ranked")) ranked",
            ]
            for text in lines {
                for line in Excerpt(text, around: [], width: width, lines: 5).lines { terminal.print(line) }
            }
            terminal.print("")
        }

        private func number(_ value: JSONValue?) -> String {
            let hundredths = Int(((value?.double ?? 0) * 100).rounded())
            let digits = String(abs(hundredths) % 100)
            return (hundredths < 0 ? "-" : "") + "\(abs(hundredths) / 100)."
                + String(repeating: "0", count: 2 - digits.count) + digits
        }
    }
}
