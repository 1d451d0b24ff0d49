import Domain
import Platform

extension CodeLimits {
    /// As they are configured: a call that does not ask for anything else than usual gets what the server gives, one that
    /// does no more than that, and at least what an interpreter needs.
    func within(_ most: CodeLimits) -> CodeLimits {
        let usual = CodeLimits()
        func value<Value: Comparable>(_ path: KeyPath<CodeLimits, Value>, atLeast least: Value) -> Value {
            let own = self[keyPath: path]
            let allowed = most[keyPath: path]
            return max(least, own == usual[keyPath: path] ? allowed : min(own, allowed))
        }
        var limits = self
        limits.seconds = value(\.seconds, atLeast: 0.1)
        limits.processorSeconds = value(\.processorSeconds, atLeast: 1)
        limits.memory = value(\.memory, atLeast: 64 << 20)
        limits.processes = value(\.processes, atLeast: 4)
        limits.files = value(\.files, atLeast: 1 << 20)
        limits.output = value(\.output, atLeast: 0)
        limits.reply = value(\.reply, atLeast: 1 << 10)
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
