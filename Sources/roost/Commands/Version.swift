import Platform

/// `roost version`.
enum Version {
    static var command: Command {
        var command = Command("version", "Shows the version of Roost and of the API it serves") { call in
            guard call.isJSON else {
                return call.terminal.print(
                    "roost \(RoostVersion.product) (Letta V1 API \(RoostVersion.contract)), \(platform)")
            }
            call.terminal.print(
                json: [
                    "version": .string(RoostVersion.product), "api": .string(RoostVersion.contract),
                    "platform": .string(platform),
                ])
        }
        command.examples = ["roost version", "roost version --json"]
        return command
    }

    private static var platform: String {
        #if arch(x86_64)
            "linux x86_64"
        #elseif arch(arm64)
            "linux arm64"
        #else
            "linux"
        #endif
    }
}
