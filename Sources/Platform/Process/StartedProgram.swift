import CLinux
import Glibc

/// The descriptors of a program that has just been started. Owns `ends` until they are taken out.
struct StartedProgram: ~Copyable {
    private(set) var id: Int32 = 0
    private(set) var handle: Int32 = -1
    /// This process's ends of input, output and error, nil where there is no pipe.
    var ends: [Int32?] = []

    init(_ program: ChildProgram) throws(ChildProcessError) {
        var theirs: [Int32] = []
        defer { for descriptor in theirs { close(descriptor) } }
        var given: [Int32] = []
        for (number, stream) in [program.input, program.output, program.error].enumerated() {
            switch stream {
            case .nothing: given.append(-1)
            case .inherited: given.append(Int32(number))
            case .pipe:
                let (mine, other) = try Self.pipe(reads: number > 0)
                ends.append(mine)
                theirs.append(other)
                given.append(other)
                continue
            }
            ends.append(nil)
        }
        try spawn(program, given + program.descriptors)
    }

    deinit { for case let end? in ends { close(end) } }

    private static func pipe(reads: Bool) throws(ChildProcessError) -> (mine: Int32, other: Int32) {
        var both: [Int32] = [0, 0]
        guard roost_pipe(&both) == 0 else { throw ChildProcessError("There is no pipe left", errno) }
        return reads ? (both[0], both[1]) : (both[1], both[0])
    }

    private mutating func spawn(_ program: ChildProgram, _ descriptors: [Int32]) throws(ChildProcessError) {
        let arguments = CStrings([program.path] + program.arguments)
        let environment = CStrings(program.environment.map { "\($0.name)=\($0.value)" })
        let path = CStrings([program.path])
        let directory = CStrings(program.directory.map { [$0] } ?? [])
        let limits = program.limits.map(\.system)
        var step: UnsafePointer<CChar>?
        var code: Int32 = 0
        descriptors.withUnsafeBufferPointer { descriptors in
            limits.withUnsafeBufferPointer { limits in
                var spawn = roost_spawn()
                spawn.path = path.first
                spawn.arguments = UnsafePointer(arguments.pointer)
                spawn.environment = UnsafePointer(environment.pointer)
                spawn.directory = directory.first
                spawn.descriptors = descriptors.baseAddress
                spawn.descriptor_count = Int32(descriptors.count)
                spawn.limits = limits.baseAddress
                spawn.limit_count = Int32(limits.count)
                spawn.drops_user = program.user == nil ? 0 : 1
                spawn.user = program.user?.id ?? 0
                spawn.group = program.user?.group ?? 0
                spawn.new_session = program.hasOwnSession ? 1 : 0
                spawn.no_new_privileges = program.gainsNoPrivileges ? 1 : 0
                spawn.is_first_to_die = program.isFirstToDie ? 1 : 0
                spawn.dies_with_parent = 1
                id = roost_spawn_start(&spawn, &handle, &step)
                code = errno
            }
        }
        guard id > 0 else {
            let step = step.map { String(cString: $0) } ?? "process"
            throw ChildProcessError("\(program.path) cannot be started (\(step))", code)
        }
    }
}

/// Texts as C takes them: pointers with NULL at the end.
private final class CStrings {
    let pointer: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let count: Int

    init(_ texts: [String]) {
        count = texts.count
        pointer = .allocate(capacity: count + 1)
        for (index, text) in texts.enumerated() { pointer[index] = strdup(text) }
        pointer[count] = nil
    }

    deinit {
        for index in 0..<count { free(pointer[index]) }
        pointer.deallocate()
    }

    var first: UnsafePointer<CChar>? { pointer[0].map { UnsafePointer($0) } }
}
