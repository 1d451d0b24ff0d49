import CLinux
import Platform

/// One run of the program: reads the words, runs the command, turns what went wrong into a text and an exit code:
/// 0 done, 1 failed, 2 called wrongly.
struct CommandLineRun: Sendable {
    let surroundings: Surroundings
    var commands = CommandTable.all

    /// The words of a command line. Called `letta-mcp`, a link that people's configurations name, the program is `roost mcp`.
    static func words(of arguments: [String]) -> [String] {
        let name = arguments.first?.split(separator: "/").last ?? ""
        let words = Array(arguments.dropFirst())
        return name != "letta-mcp" || words == ["--version"] ? words : ["mcp"] + words
    }

    func callAsFunction(_ words: [String]) async -> Int32 {
        let terminal = surroundings.terminal
        do {
            switch try Arguments(commands: commands).parse(words) {
            case .help(let path):
                let text = HelpText(commands: commands, style: terminal.style).text(for: path)
                terminal.write(Array(text.utf8))
            case .run(let command, let options, let operands):
                try await command.action(
                    Invocation(command: command, options: options, operands: operands, surroundings: surroundings))
            }
            return 0
        } catch let error as UsageError {
            let hint = (["roost"] + error.path + ["--help"]).joined(separator: " ")
            report(error.message, hint: "See '\(hint)'.", isJSON: words.contains("--json"))
            return 2
        } catch let failure as Failure {
            report(failure.message, hint: nil, isJSON: words.contains("--json"))
            return failure.code
        } catch let status as ExitStatus {
            return status.code
        } catch {
            report("\(error)", hint: nil, isJSON: words.contains("--json"))
            return 1
        }
    }

    private func report(_ message: String, hint: String?, isJSON: Bool) {
        if isJSON {
            surroundings.terminal.printError(JSONValue.object(JSONObject([("error", .string(message))])).text)
        } else {
            surroundings.terminal.printError("\(surroundings.terminal.errorStyle.red("roost:")) \(message)")
            if let hint { surroundings.terminal.printError(hint) }
        }
    }
}

/// Ends a command that has already said everything.
struct ExitStatus: Error, Equatable {
    let code: Int32
}

/// The environment of this process.
enum ProcessEnvironment {
    static var variables: [String: String] {
        var variables: [String: String] = [:]
        guard var next = roost_environment() else { return [:] }
        while let entry = next.pointee {
            let text = String(cString: entry)
            if let equals = text.firstIndex(of: "=") {
                variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            next += 1
        }
        return variables
    }
}
