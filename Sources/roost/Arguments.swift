import Platform

/// Reads a command line: `roost agent list --limit 5 --json`. Options may stand anywhere after the command's words;
/// `--name value` and `--name=value` are the same, `--` ends the options, `-` alone is an operand.
struct Arguments: Sendable {
    enum Request: Sendable {
        case run(Command, options: [String: [String]], operands: [String])
        /// Help about the words given; none means the overview.
        case help([String])
    }

    let commands: [Command]

    func parse(_ words: [String]) throws(UsageError) -> Request {
        var words = words[...]
        switch words.first {
        case nil, "-h", "--help": return .help([])
        case "--version", "-V": words[words.startIndex] = "version"
        case "help":
            let path = words.dropFirst().filter { !$0.hasPrefix("-") }
            return .help(try known(Array(path)))
        default: break
        }
        let path = Array(words.prefix(while: { !$0.hasPrefix("-") }))
        guard let (command, count) = command(path) else {
            let group = groupPrefix(path)
            let rest = words.dropFirst(group.count)
            if !group.isEmpty, rest.isEmpty || rest.contains("--help") || rest.contains("-h") { return .help(group) }
            throw unknown(Array(words), group)
        }
        return try parse(words.dropFirst(count), for: command)
    }

    // MARK: Finding the command

    /// The command whose words begin the line, and how many words they are. The longest wins.
    private func command(_ words: [String]) -> (Command, Int)? {
        for count in stride(from: min(3, words.count), to: 0, by: -1) {
            let head = Array(words.prefix(count))
            if let command = commands.first(where: { $0.path == head || $0.aliases.contains(head) }) {
                return (command, count)
            }
        }
        return nil
    }

    private func groupPrefix(_ words: [String]) -> [String] {
        for count in stride(from: min(2, words.count), to: 0, by: -1) {
            let head = Array(words.prefix(count))
            if commands.contains(where: { $0.path.count > count && $0.path.starts(with: head) }) { return head }
        }
        return []
    }

    private func known(_ path: [String]) throws(UsageError) -> [String] {
        if path.isEmpty { return [] }
        if let (command, _) = command(path) { return command.path }
        let group = groupPrefix(path)
        if !group.isEmpty, path.count == group.count { return group }
        throw unknown(path, group)
    }

    private func unknown(_ words: [String], _ group: [String]) -> UsageError {
        let rest = words.dropFirst(group.count)
        guard let word = rest.first else { return UsageError(message: "A command is missing.", path: group) }
        if word.hasPrefix("-") {
            let place = group.isEmpty ? "roost" : "roost " + group.joined(separator: " ")
            return UsageError(
                message: "'\(word)' stands before the command; write '\(place) COMMAND \(word)'.", path: group)
        }
        let candidates = commands.filter { !$0.isHidden && $0.path.starts(with: group) && $0.path.count > group.count }
            .map { $0.path[group.count] }
        let place = group.isEmpty ? "" : " of 'roost \(group.joined(separator: " "))'"
        return UsageError(
            message: "'\(word)' is not a command\(place).\(NearMatch.question(word, in: candidates))", path: group)
    }

    // MARK: Reading its options

    private func parse(_ words: ArraySlice<String>, for command: Command) throws(UsageError) -> Request {
        var options: [String: [String]] = [:]
        var operands: [String] = []
        var rest = words
        while let word = rest.popFirst() {
            if word == "--" {
                operands += rest
                break
            }
            if word == "-h" || word == "--help" { return .help(command.path) }
            guard word.hasPrefix("-"), word != "-" else {
                operands.append(word)
                continue
            }
            let (name, value) = try read(word, &rest, for: command)
            options[name, default: []].append(value)
        }
        try check(operands, for: command)
        return .run(command, options: options, operands: operands)
    }

    private func read(
        _ word: String, _ rest: inout ArraySlice<String>, for command: Command
    ) throws(UsageError) -> (name: String, value: String) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0].drop(while: { $0 == "-" }))
        guard word.hasPrefix("--"), let option = command.allOptions.first(where: { $0.name == name }) else {
            let names = command.allOptions.map(\.name)
            throw UsageError(
                message: "'\(command.name)' has no option '\(parts[0])'."
                    + NearMatch.question(name, in: names, prefix: "--"), path: command.path)
        }
        guard let placeholder = option.value else {
            guard parts.count == 1 else {
                throw UsageError(message: "'--\(name)' takes no value.", path: command.path)
            }
            return (name, "true")
        }
        var value = parts.count == 2 ? String(parts[1]) : nil
        if value == nil, let next = rest.first, next == "-" || !next.hasPrefix("-") || Int(next) != nil {
            value = rest.popFirst()
        }
        guard let value else {
            throw UsageError(message: "'--\(name)' needs a value: --\(name) \(placeholder).", path: command.path)
        }
        if case .integer(let range) = option.kind {
            guard let number = Int(value), range.contains(number) else {
                let limits =
                    range.upperBound == .max
                    ? "of at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
                throw UsageError(message: "'--\(name)' needs a number \(limits), not '\(value)'.", path: command.path)
            }
        }
        return (name, value)
    }

    private func check(_ operands: [String], for command: Command) throws(UsageError) {
        let needed = command.operands.filter { !$0.isOptional }
        if operands.count < needed.count {
            let missing = needed[operands.count]
            throw UsageError(message: "\(missing.name) is missing: \(missing.help).", path: command.path)
        }
        if operands.count > command.operands.count, command.operands.last?.isRepeated != true {
            throw UsageError(
                message:
                    "'\(operands[command.operands.count])' is one word too many for '\(command.name)'. Quote texts "
                    + "that have spaces.", path: command.path)
        }
    }
}
