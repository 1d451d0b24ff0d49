import Glibc

let environment = ProcessEnvironment.variables
let run = CommandLineRun(
    surroundings: Surroundings(environment: environment, terminal: .standard(environment: environment)))
exit(await run(CommandLineRun.words(of: CommandLine.arguments)))
