import CFuzzer
import Domain
import Engine

/// Any bytes as an agent file: reading must not trap, and a refusal must say that the file is corrupted.
@main enum FuzzAgentFile {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = withUnsafeMutablePointer(to: &arguments) { LLVMFuzzerRunDriver(&count, $0, one) }
    }
}

private let one: @Sendable @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32 = { bytes, count in
    do {
        let file = try AgentFileReader.file(from: Array(UnsafeBufferPointer(start: bytes, count: count)))
        precondition(!file.agents.isEmpty, "a file without agents was read")
        let blocks = Set(file.blocks.map(\.id))
        let tools = Set(file.tools.map(\.id))
        precondition(blocks.count == file.blocks.count && tools.count == file.tools.count, "an id stands twice")
        for agent in file.agents {
            let messages = Set(agent.messages.map(\.id))
            precondition(agent.blockIDs.allSatisfy(blocks.contains) && agent.toolIDs.allSatisfy(tools.contains))
            precondition(messages.count == agent.messages.count && agent.inContext.allSatisfy(messages.contains))
        }
    } catch let refusal as Refusal {
        precondition(refusal.code == .invalid && refusal.message.hasPrefix("Corrupted agent file format."))
    } catch {
        fatalError("another error: \(error)")
    }
    return 0
}
