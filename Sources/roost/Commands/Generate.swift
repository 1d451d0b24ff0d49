import Client

/// `roost generate …`: documents made from the program's own tables, for the project's scripts.
enum Generate {
    static var command: Command {
        var command = Command("generate", "Prints a document made from the program's tables") { call in
            if call.operand(0) == "plugin" {
                return try PluginFiles.write(PluginFiles.published, below: call.operand(1) ?? ".")
            }
            guard let page = pages[call.operand(0) ?? ""] else {
                throw UsageError(
                    message: "There are the documents \(pages.keys.sorted().joined(separator: ", ")).",
                    path: ["generate"])
            }
            call.terminal.write(Array(page().utf8))
        }
        command.operands = [
            Operand("DOCUMENT", "The name of the page, or plugin"),
            Operand("FOLDER", "Where the plugin's files go: the repository", optional: true),
        ]
        command.isHidden = true
        return command
    }

    /// The pages by the name of their file.
    static let pages: [String: @Sendable () -> String] = [
        "configuration": { ConfigurationPage.text }, "commands": { CommandPage.text }, "api": { APIPage.text },
        "guides": { GuidesPage.text },
    ]
}

/// docs/configuration.md.
enum ConfigurationPage {
    static var text: String {
        var text = """
            # Configuration

            Every setting has a flag (`--port 9000`), one or more environment variables (`ROOST_PORT=9000`) and a name in
            the configuration file (`port = 9000`). The first source that has it wins:

            1. flags
            2. `ROOST_…` variables
            3. `LETTA_…` and plain variables, so that an environment made for Letta works as it is
            4. the file of `--env-file FILE`: lines `NAME=VALUE`, such as a `.env`; no such file is read unasked
            5. the file of `--config FILE` (or `ROOST_CONFIG`): lines `name = value`, `#` begins a comment
            6. the default

            `roost serve --print-config` shows every value and its source, secrets masked; its output is a configuration file.
            An empty variable counts as unset. So does a value that is exactly `${X}`; `${X:-d}` counts as `d`: some clients hand
            such texts on unexpanded. Secrets have no flag, because other users of a machine can read command lines.


            """
        for section in Setting.Section.allCases {
            text += "## \(section.rawValue)\n\n| name | variables | default | meaning |\n|---|---|---|---|\n"
            for setting in Setting.all where setting.section == section {
                let name = setting.hasFlag ? "`--\(setting.name)`" : "`\(setting.name)` (no flag)"
                let variables = setting.environment.map { "`\($0)`" }.joined(separator: ", ")
                let fallback = setting.fallback.isEmpty ? "" : "`\(setting.fallback)`"
                text += "| \(name) | \(variables) | \(fallback) | \(setting.summary)\(form(setting)) |\n"
            }
            text += "\n"
        }
        text += """
            ## Accepted without effect

            These variables of other servers and clients are accepted; a line at start says that they do nothing.

            | variable | why |
            |---|---|

            """
        for (name, reason) in Setting.withoutEffect { text += "| `\(name)` | \(reason) |\n" }
        return text + """

            `NO_COLOR` turns colours off. This version calls no models: what is set under Model providers decides which models
            `GET /v1/models/` lists, and nothing is sent to a provider.

            """
    }

    private static func form(_ setting: Setting) -> String {
        switch setting.kind {
        case .choice(let choices): ". One of " + choices.map { "`\($0)`" }.joined(separator: ", ")
        case .list: ". A list with commas; the flag may be repeated"
        case .size: ". Bytes, or `kB`, `MB`, `GB`"
        case .seconds: ". Seconds"
        default: ""
        }
    }
}

/// docs/commands.md.
enum CommandPage {
    static var text: String {
        var text = """
            # Commands

            Every command has `--help` with examples and `--json` for programs. Exit codes: 0 done, 1 failed, 2 called wrongly.
            Commands over memory use the server that `LETTA_BASE_URL` names (with or without `/v1`, password in
            `LETTA_PASSWORD`); when it is unset, the local file, also while servers use it. Agents, blocks, archives, identities
            and tools may be named by id or by a name that only one of them has. `-` reads standard input.

            | command | what it does |
            |---|---|

            """
        for command in CommandTable.all where !command.isHidden {
            let operands = command.operands.map { " " + $0.shown }.joined()
            text += "| `\(command.name)\(operands)` | \(command.summary) |\n"
        }
        return text
    }
}
