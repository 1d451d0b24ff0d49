import Domain
import Testing

@Suite struct PipRequirementTests {
    @Test(
        arguments: [
            ("requests", "requests", nil), (" requests ", "requests", nil), ("requests==2.32.3", "requests", "2.32.3"),
            ("requests >= 2.31, < 3", "requests", ">= 2.31, < 3"), ("numpy==1.*", "numpy", "==1.*"),
            ("httpx[http2, brotli]~=0.27", "httpx[http2,brotli]", "~=0.27"), ("six (>=1.9)", "six", ">=1.9"),
            ("tomli; python_version < \"3.11\"", "tomli", nil), ("a.b_c-d!=1.0+local", "a.b_c-d", "!=1.0+local"),
            ("pkg @ https://example.org/pkg-1.0.tar.gz", "pkg", nil),
        ] as [(String, String, String?)]) func `a requirement is read`(
            _ text: String, _ name: String, _ version: String?
        )
        throws
    {
        let requirement = try PipRequirement(text)
        #expect(requirement.name == name)
        #expect(requirement.version == version)
    }

    @Test(arguments: [
        "", "-r other.txt", "--index-url=http://example.org", "requests --index-url=http://example.org",
        "requests==1.0 --pre", "requests==", "requests=1", "requests 2", "a\nb", "pkg @ file", "pkg @ https://x y",
        "_private", "name-", "caf\u{E9}", "requests>=1,,<2",
    ]) func `what pip would not read, or would take for an option, is refused`(_ text: String) {
        #expect(throws: Refusal.self) { try PipRequirement(text) }
    }

    @Test func `a name and a version apart mean an exact version or a condition`() throws {
        #expect(try PipRequirement(name: "numpy", version: "1.26").version == "1.26")
        #expect(try PipRequirement(name: "numpy", version: ">=1.26").version == ">=1.26")
        #expect(try PipRequirement(name: "numpy", version: nil).version == nil)
        #expect(throws: Refusal.self) { try PipRequirement(name: "numpy", version: "1.26 --pre") }
        #expect(throws: Refusal.self) { try PipRequirement(name: "numpy>=1", version: "2") }
    }
}
