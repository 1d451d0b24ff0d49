import CLinux
import Glibc

// A hook has a few threads for a few milliseconds. A heap for each is made in many small steps, which takes longer than the
// hook's work; it has to be said before the first thread starts.
if CommandLine.arguments.dropFirst().first == "hook" { mallopt(M_ARENA_MAX, 1) }
let environment = ProcessEnvironment.variables
let run = CommandLineRun(
    surroundings: Surroundings(environment: environment, terminal: .standard(environment: environment)))
exit(await run(CommandLineRun.words(of: CommandLine.arguments)))
