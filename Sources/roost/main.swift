import Glibc

let isHook = CommandLine.arguments.dropFirst().first == "hook"
if isHook { HookHeap.prepare() }
let environment = ProcessEnvironment.variables
// Making all the commands there are takes longer than some hooks do.
let run = CommandLineRun(
    surroundings: Surroundings(environment: environment, terminal: .standard(environment: environment)),
    commands: isHook ? [HookCommand.command] : CommandTable.all)
exit(await run(CommandLineRun.words(of: CommandLine.arguments)))
