import CLinux
import CSeccomp
import Domain
import Glibc
import Platform

/// Which calls of the kernel code may make, as a program that the kernel runs at each (seccomp(2)). Calls that are not
/// listed do not exist for it (ENOSYS), so that what a newer kernel brings is not open by accident; those that would be an
/// attack are refused (EPERM).
struct SystemCallFilter: Sendable {
    /// Instructions of the kernel's filter machine.
    let program: [UInt8]

    static let withoutNetwork = Result { () throws(CodeError) in try SystemCallFilter(network: false) }
    static let withNetwork = Result { () throws(CodeError) in try SystemCallFilter(network: true) }

    private init(network: Bool) throws(CodeError) {
        guard let context = seccomp_init(roost_seccomp_refuse(ENOSYS)) else { throw Self.failure("begun", ENOMEM) }
        defer { seccomp_release(context) }
        // A binary search over the numbers instead of one comparison after the other.
        seccomp_attr_set(context, SCMP_FLTATR_CTL_OPTIMIZE, 2)
        let rules = SystemCallRules(network: network)
        for name in rules.allowed { try Self.add(roost_seccomp_allow(), name, [], to: context) }
        for name in rules.refused { try Self.add(roost_seccomp_refuse(EPERM), name, [], to: context) }
        for rule in rules.conditional { try Self.add(roost_seccomp_allow(), rule.name, rule.conditions, to: context) }
        program = try Self.exported(context)
    }

    private static func add(
        _ action: UInt32, _ name: String, _ conditions: [SystemCallRules.Condition], to context: scmp_filter_ctx
    ) throws(CodeError) {
        let number = seccomp_syscall_resolve_name(name)
        // Not every machine has every call.
        guard number != __NR_SCMP_ERROR, number >= 0 else { return }
        let comparisons = conditions.map { condition in
            scmp_arg_cmp(
                arg: condition.argument, op: SCMP_CMP_MASKED_EQ, datum_a: condition.mask, datum_b: condition.value)
        }
        let code = seccomp_rule_add_array(context, action, number, UInt32(comparisons.count), comparisons)
        if code < 0 { throw failure("given a rule for \(name)", -code) }
    }

    private static func exported(_ context: scmp_filter_ctx) throws(CodeError) -> [UInt8] {
        let file = roost_memory_file()
        guard file >= 0 else { throw failure("written", errno) }
        defer { close(file) }
        let code = seccomp_export_bpf(context, file)
        guard code == 0 else { throw failure("written", -code) }
        let size = Int(lseek(file, 0, SEEK_END))
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            count = max(0, pread(file, buffer.baseAddress, size, 0))
        }
        guard !bytes.isEmpty, bytes.count == size else { throw failure("read", EIO) }
        return bytes
    }

    private static func failure(_ what: String, _ code: Int32) -> CodeError {
        CodeError(
            .unavailable,
            "Code cannot be run: the filter of system calls could not be \(what): \(String(cString: strerror(code))).")
    }
}
