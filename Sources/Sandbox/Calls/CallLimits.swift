import Domain
import Platform

extension CodeLimits {
    /// No more than `most` of anything, and at least what an interpreter needs.
    func within(_ most: CodeLimits) -> CodeLimits {
        var limits = self
        limits.seconds = max(0.1, min(seconds, most.seconds))
        limits.processorSeconds = max(1, min(processorSeconds, most.processorSeconds))
        limits.memory = max(64 << 20, min(memory, most.memory))
        limits.processes = max(4, min(processes, most.processes))
        limits.files = max(1 << 20, min(files, most.files))
        limits.output = max(0, min(output, most.output))
        limits.reply = max(1 << 10, min(reply, most.reply))
        return limits
    }

    /// What the kernel enforces for each process.
    /// - Parameters:
    ///   - reservesAddressSpace: see `RunnerSource`.
    ///   - isSandboxed: outside a sandbox the kernel counts all processes of the user, ours too.
    func resources(reservesAddressSpace: Bool, isSandboxed: Bool) -> [ResourceLimit] {
        var limits: [ResourceLimit] = [
            .processorSeconds(Int(processorSeconds.rounded(.up))), .data(memory), .fileSize(files),
        ]
        // Libraries and files are mapped too, and are not what is meant.
        if !reservesAddressSpace { limits.append(.addressSpace(memory + (512 << 20))) }
        // One is the sandbox's own first process.
        if isSandboxed { limits.append(.processes(processes + 1)) }
        return limits
    }
}
