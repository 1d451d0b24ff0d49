import Foundation
import Testing

@testable import Client

struct GitFolderTests {
    @Test func `the branch is read from HEAD, in worktrees and submodules too`() async throws {
        try await withFolder { folder in
            #expect(GitFolder(containing: folder + "/a") == nil || GitFolder(containing: folder)?.top != folder + "/a")
            try write("ref: refs/heads/fix/cart\n", to: folder + "/a/.git/HEAD")
            try write("x", to: folder + "/a/src/deep/file")
            #expect(GitFolder(containing: folder + "/a/src/deep")?.branch == "fix/cart")
            try write("gitdir: \(folder)/a/.git/worktrees/b\n", to: folder + "/b/.git")
            try write("ref: refs/heads/other\n", to: folder + "/a/.git/worktrees/b/HEAD")
            #expect(GitFolder(containing: folder + "/b")?.branch == "other")
            try write("gitdir: ../a/.git/modules/c\n", to: folder + "/c/.git")
            try write(String(repeating: "ab12", count: 10) + "\n", to: folder + "/a/.git/modules/c/HEAD")
            #expect(GitFolder(containing: folder + "/c")?.branch == "commit ab12ab12ab12")
            try write("nonsense", to: folder + "/a/.git/HEAD")
            #expect(GitFolder(containing: folder + "/a")?.branch == nil)
            try write("gitdir: /nowhere\n", to: folder + "/d/.git")
            #expect(GitFolder(containing: folder + "/d")?.changedFiles(5) == [])
        }
    }

    @Test(arguments: [2, 3, 4], [20, 32])
    func `an index is read in every version`(_ version: Int, _ hash: Int) throws {
        let files = [("README.md", 100), ("src/a.py", 200), ("src/abc.py", 300), ("src/b.py", 400), ("z", 500)]
        let index = try #require(GitIndex(IndexBytes.index(files, version: version, hash: hash)))
        #expect(index.entries.map(\.path) == files.map(\.0))
        #expect(index.entries.map(\.seconds) == files.map(\.1))
    }

    @Test func `what is no index is none, wherever it is cut or changed`() {
        let bytes = IndexBytes.index([("a/b", 1), ("a/c", 2), ("d", 3)], version: 4, hash: 20)
        for length in 0..<(bytes.count - 20) { #expect(GitIndex(Array(bytes[..<length])) == nil) }
        for at in bytes.indices {
            for value: UInt8 in [0, 1, 0x7F, 0x80, 0xFF] {
                var broken = bytes
                broken[at] = value
                _ = GitIndex(broken)
            }
        }
    }

    @Test func `the newest files are named, and none after a clone`() async throws {
        try await withFolder { folder in
            let names = (0..<30).map { "f\($0 < 10 ? "0" : "")\($0).txt" }
            for name in names { try write("x", to: folder + "/" + name) }
            try write("ref: refs/heads/main\n", to: folder + "/.git/HEAD")
            let bytes = IndexBytes.index(names.map { ($0, 1) }, version: 2, hash: 20)
            try Data(bytes).write(to: URL(fileURLWithPath: folder + "/.git/index"))
            func touch(_ name: String, _ seconds: Double) throws {
                try FileManager.default.setAttributes(
                    [.modificationDate: Date(timeIntervalSince1970: seconds)], ofItemAtPath: folder + "/" + name)
            }
            for (place, name) in names.enumerated() { try touch(name, 1_700_000_000 + Double(place % 3)) }
            #expect(GitFolder(containing: folder)?.changedFiles(5) == [])
            try touch("f07.txt", 1_700_100_000)
            try touch("f03.txt", 1_700_200_000)
            try FileManager.default.removeItem(atPath: folder + "/f09.txt")
            #expect(GitFolder(containing: folder)?.changedFiles(5).map(\.path) == ["f03.txt", "f07.txt"])
            // A checkout wrote many at once.
            for name in names[10..<25] { try touch(name, 1_700_300_000) }
            #expect(GitFolder(containing: folder)?.changedFiles(1).map(\.path) == ["f03.txt"])
        }
    }
}

/// Makes a git index.
private enum IndexBytes {
    static func index(_ files: [(String, Int)], version: Int, hash: Int) -> [UInt8] {
        var bytes = Array("DIRC".utf8) + word(version) + word(files.count)
        var before: [UInt8] = []
        for (path, seconds) in files {
            var entry = word(seconds) + word(0) + word(seconds) + word(0) + word(0) + word(0) + word(0o100644)
            entry += word(0) + word(0) + word(1) + [UInt8](repeating: 0xAB, count: hash)
            let name = Array(path.utf8)
            entry += [version == 3 ? 0x40 : 0, UInt8(name.count)] + (version == 3 ? [0, 0] : [])
            if version == 4 {
                let common = zip(before, name).prefix { $0 == $1 }.count
                entry += [UInt8(before.count - common)] + name[common...] + [0]
            } else {
                entry += name + [0]
                while entry.count % 8 != 0 { entry.append(0) }
            }
            bytes += entry
            before = name
        }
        return bytes + [UInt8](repeating: 1, count: hash)
    }

    private static func word(_ value: Int) -> [UInt8] { (0..<4).reversed().map { UInt8(value >> ($0 * 8) & 0xFF) } }
}
