import Domain
import Foundation
import Platform
import Testing

@testable import Sandbox

/// Packages from a folder of wheels, so that no index is asked.
@Suite(SandboxMachine.requirement, .serialized) struct PackageTests {
    private let folder = NSTemporaryDirectory() + "roost-packages-" + Identifier.uuid()

    private func environments(wheels: String) -> PackageEnvironments {
        PackageEnvironments(
            folder: folder, SandboxConfiguration(), environment: ["PIP_FIND_LINKS": wheels, "PIP_NO_INDEX": "1"],
            log: .silent)
    }

    /// A wheel is a zip file; Python makes one.
    private func wheel(_ name: String) throws -> String {
        let wheels = NSTemporaryDirectory() + "roost-wheels-" + Identifier.uuid()
        try FileManager.default.createDirectory(atPath: wheels, withIntermediateDirectories: true)
        let path = "\(wheels)/\(name)-1.0-py3-none-any.whl"
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = [
            "-c",
            """
            import sys, zipfile
            name, path = sys.argv[1:]
            with zipfile.ZipFile(path, "w") as wheel:
                wheel.writestr(name + ".py", "word = 'packed'")
                info = name + "-1.0.dist-info/"
                wheel.writestr(info + "METADATA", f"Metadata-Version: 2.1\\nName: {name}\\nVersion: 1.0\\n")
                wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nGenerator: t\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
                wheel.writestr(info + "RECORD", "")
            """, name, path,
        ]
        try process.run()
        process.waitUntilExit()
        return wheels
    }

    private func installed() -> [String] { FileText.names(in: folder).filter { !$0.hasPrefix(".") } }

    @Test func `a set of packages is installed once, and code finds it`() async throws {
        let wheels = try wheel("roost_sample")
        defer {
            // What is left behind in the temporary folder harms nobody.
            try? FileManager.default.removeItem(atPath: folder)
            try? FileManager.default.removeItem(atPath: wheels)
        }
        let environments = environments(wheels: wheels)
        let requirement = try PipRequirement("roost_sample==1.0")
        let places = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<4 { group.addTask { try await environments.folder(.python, [requirement]) } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(places.count == 1 && installed().count == 1)
        #expect(FileText.names(in: folder).allSatisfy { !$0.hasPrefix(".building") })

        var configuration = SandboxConfiguration()
        configuration.runners = RunnerSource.all
        configuration.readyWorkers = 0
        configuration.packages = { try await environments.folder($0, $1) }
        let sandbox = LocalSandbox(configuration, log: .silent)
        var call = CodeCall(.python, source: "import roost_sample\nroost_sample.word")
        call.requirements = [requirement]
        #expect(try await sandbox.run(call).text == "packed")

        let missing = try PipRequirement("roost_nothing==2")
        for _ in 0..<2 {
            let error = await #expect(throws: CodeError.self) { _ = try await environments.folder(.python, [missing]) }
            #expect(error?.code == .requirements && error?.message.contains("roost_nothing==2") == true)
        }
        #expect(installed().count == 1)
        let script = await #expect(throws: CodeError.self) {
            _ = try await environments.folder(.javascript, [requirement])
        }
        #expect(script?.code == .requirements)
    }

    @Test func `old folders and builds that were cut off go`() async throws {
        // What is left behind in the temporary folder harms nobody.
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let day = 86_400.0
        let names: [(String, Double)] = [("old", 31 * day), (".building-a", 7200), (".building-b", 60), ("new", day)]
        for (name, age) in names {
            try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -age)], ofItemAtPath: "\(folder)/\(name)")
        }
        await EnvironmentShelf(folder: folder).clear()
        #expect(FileText.names(in: folder).sorted() == [".building-b", "new"])
    }
}
