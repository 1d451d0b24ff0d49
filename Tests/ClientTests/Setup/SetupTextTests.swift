import Foundation
import Platform
import Testing

@testable import Client

@Suite struct SetupTextTests {
    private static let texts: [(name: String, tools: [String], text: String)] =
        MemoryCommand.all.map { ($0.name, $0.tools, $0.text) } + MemorySkill.all.map { ($0.name, $0.tools, $0.text) }

    /// Words of a text, of which `read_memory` is one.
    private func words(_ text: String) -> Set<String> {
        Set(text.split { !($0.isLetter || $0 == "_") }.map(String.init))
    }

    @Test func `every tool that a text names is there, and may be called`() {
        let known = Set(ToolProfile.all.tools.map(\.name))
        let ours = Set(ToolProfile.memory.tools.map(\.name))
        for (name, tools, text) in Self.texts {
            #expect(Set(tools).isSubset(of: ours), "\(name)")
            for tool in tools {
                #expect(
                    text.contains("mcp__roost__" + tool) && text.contains("mcp__plugin_roost_roost__" + tool), "\(name)"
                )
            }
            // Tools of other profiles are in no text, and words with an underscore are tools, blocks or types.
            let body = text.components(separatedBy: "---\n").dropFirst(2).joined()
            #expect(words(body).intersection(known).isSubset(of: ours), "\(name)")
            let others: Set = ["project_context", "performance_regression"]
            for word in words(body) where word.contains("_") && !others.contains(word) && word != "ARGUMENTS" {
                #expect(ours.contains(word), "\(name): \(word)")
            }
            // What destroys is asked for, except where the user chose the command that corrects.
            if name != "memory-sync" { #expect(!tools.contains("forget"), "\(name)") }
        }
    }

    @Test func `texts cost little`() {
        for (name, _, text) in Self.texts { #expect(text.utf8.count <= 2000, "\(name): \(text.utf8.count) bytes") }
        // These are in the context of every session.
        let descriptions = MemoryCommand.all.map(\.description) + MemorySkill.all.map(\.description)
        #expect(descriptions.reduce(0) { $0 + $1.utf8.count } <= 700)
        #expect(MemoryInstructions.install([]).bytes.count <= 350)
        #expect(MemoryInstructions.install([], usesPlugin: true).bytes.count <= 375)
    }

    @Test func `the plugin's files are up to date`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        for file in PluginFiles.published {
            let kept = try? String(contentsOf: root.appending(path: file.path), encoding: .utf8)
            let isCurrent = kept == file.text
            #expect(isCurrent, "run 'make docs': \(file.path)")
        }
        let there = try FileManager.default.subpathsOfDirectory(atPath: root.path + "/Share/plugin").filter { path in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: root.path + "/Share/plugin/" + path, isDirectory: &isFolder)
                && !isFolder.boolValue
        }
        #expect(there.count == PluginFiles.published.count - 1)
    }

    @Test func `the plugin has what setup writes`() throws {
        let files = Dictionary(uniqueKeysWithValues: PluginFiles.plugin(command: "roost").map { ($0.path, $0.text) })
        let hooks = try JSONValue(parsing: files["hooks/hooks.json"] ?? "")["hooks"]
        #expect(hooks == HookEntries(command: "roost").all)
        #expect(files["commands/memory-save.md"] == MemoryCommand.all[0].text)
        let market = try JSONValue(parsing: PluginFiles.marketplace("Share/plugin").text)
        #expect(market["plugins"]?.array?[0]["source"] == "./Share/plugin")
    }
}
