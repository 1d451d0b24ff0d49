import Testing

@testable import roost

@Suite struct ClientFolderTests {
    @Test func `a client that names its folder is believed when the folder is there`() {
        #expect(ClientFolder.find(["CLAUDE_PROJECT_DIR": "/usr"], working: "/tmp") == "/usr")
        #expect(ClientFolder.find(["WORKSPACE_FOLDER_PATHS": "/usr"], working: "/tmp") == "/usr")
        for text in ["/no/such/folder", "/usr,/tmp", "${workspaceFolder}", "usr", ""] {
            #expect(ClientFolder.find(["WORKSPACE_FOLDER_PATHS": text], working: "/tmp") == "/tmp")
        }
    }

    @Test func `the root of the file system is nobody's project`() {
        #expect(ClientFolder.find(["HOME": "/home/ada"], working: "/") == "/home/ada")
        #expect(ClientFolder.find([:], working: "/") == nil)
    }

    @Test func `under the name letta-mcp the program serves MCP`() {
        #expect(CommandLineRun.words(of: ["/usr/bin/letta-mcp", "--tools", "all"]) == ["mcp", "--tools", "all"])
        #expect(CommandLineRun.words(of: ["letta-mcp", "--version"]) == ["--version"])
        #expect(CommandLineRun.words(of: ["/usr/bin/roost", "mcp"]) == ["mcp"])
    }
}
