import CLinux
import Glibc

// A hook has a few threads for a few milliseconds. A heap for each is made in many small steps, which takes longer than the
// hook's work; it has to be said before the first thread starts.
let isHook = CommandLine.arguments.dropFirst().first == "hook"
if isHook { mallopt(M_ARENA_MAX, 1) }
let environment = ProcessEnvironment.variables
// Making all the commands there are takes longer than some hooks do.
let run = CommandLineRun(
    surroundings: Surroundings(environment: environment, terminal: .standard(environment: environment)),
    commands: isHook ? [HookCommand.command] : CommandTable.all)
exit(await run(CommandLineRun.words(of: CommandLine.arguments)))
