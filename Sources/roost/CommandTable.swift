/// Every command, in the order of the help.
enum CommandTable {
    static let all: [Command] = [Serve.command, Version.command]
}
