import Platform
import RoostTesting
import Testing

@testable import Client

struct SecretTests {
    /// Made of parts, so that no scanner takes this file for a leak.
    private static let secrets = [
        "sk-" + "ant-api03-Zx9Qw8Er7Ty6Ui5Op4As3Df2", "sk-" + "proj-Zx9Qw8Er7Ty6Ui5Op4As3",
        "ghp" + "_Zx9Qw8Er7Ty6Ui5Op4As3Df2Gh1",
        "github" + "_pat_11ABCDEFG0Zx9Qw8Er7Ty6", "xoxb" + "-123456789012-abcdef", "AKIA" + "IOSFODNN7EXAMPLE",
        "AIza" + "SyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q", "glpat" + "-Zx9Qw8Er7Ty6Ui5Op4As",
        "npm" + "_Zx9Qw8Er7Ty6Ui5Op4As3Df2Gh1Jk0Lm9Nb0",
        "hf" + "_ZxQwErTyUiOpAsDfGhJkLmNb", "ey" + "JhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmN",
    ]

    @Test(arguments: secrets) func `keys of known forms are taken out`(_ key: String) {
        #expect(Redaction.redacted("use \(key), please") == "use [redacted], please")
        #expect(Redaction.redacted("X_KEY=\(key)").contains(key) == false)
    }

    @Test(arguments: [
        ("postgres://app:s3cr3t@db:5432/x", "postgres://app:[redacted]@db:5432/x"),
        ("Authorization: Bearer abc123def", "Authorization: Bearer [redacted]"),
        ("curl -H \"authorization: basic bWlhOnB3\"", "curl -H \"authorization: basic [redacted]\""),
        ("password=hunter2", "password=[redacted]"),
        ("\"db_password\": \"correct horse\"", "\"db_password\": \"[redacted]\""),
        ("export API_TOKEN='9f8e7d6c5b4a3210'", "export API_TOKEN='[redacted]'"),
        ("mysql --password hunter2 -u x", "mysql --password [redacted] -u x"),
        ("the password is hunter2!", "the password is [redacted]"),
        ("client_secret: 8Q~zXc7VbNm1234", "client_secret: [redacted]"),
    ]) func `passwords and tokens are taken out by what stands before them`(_ text: String, _ clean: String) {
        #expect(Redaction.redacted(text) == clean)
    }

    @Test func `a private key is taken out whole, also when its end is missing`() {
        let key = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\nAAAA\n"
        #expect(Redaction.redacted("a\n" + key + "-----END OPENSSH PRIVATE KEY-----\nb") == "a\n[redacted]\nb")
        #expect(Redaction.redacted("a\n" + key) == "a\n[redacted]")
    }

    @Test(arguments: [
        "commit 6384af5d31c8900680696cf363f4446da1c1b986", "0b1e7c52-5a6f-4a55-9d5e-3f1f6f0f2b11",
        "src/tokens/secret_store.py",
        "max_tokens=4096", "the token is expired", "password: required", "token: String",
        "if password == nil { return }",
        "let secret = makeSecret()", "password = os.environ['PW']", "https://example.org/a:b@c",
        "sk-learn is a library",
        "api_key: ${API_KEY}", "The bearer of this letter", "tokenizer = AutoTokenizer", "eyJ is how a JWT begins",
        "user@example.org:22",
    ]) func `what is no secret stays`(_ text: String) { #expect(Redaction.redacted(text) == text) }

    @Test(arguments: [
        ("a <private>b</private> c", "a [private] c"), ("a <PRIVATE>b", "a [private]"),
        ("a <private>b <Private>c</private> d</private> e", "a [private] e"), ("<private >x</private >y", "[private]y"),
        ("no <privates> here", "no <privates> here"), ("a <private why=\"x\">b</private> c", "a [private] c"),
        ("a <private\n>b</private> c", "a [private] c"),
    ]) func `private parts of a prompt are taken out`(_ text: String, _ clean: String) {
        #expect(PrivateText.removed(from: text) == clean)
    }

    @Test func `texts in metadata are cleaned, however deep, and nothing else of them`() {
        let metadata: JSONObject = [
            "command": "curl --password hush-1234 x", "count": 2,
            "list": ["ok", ["token": .string("ghp_" + "abcdefghijklmnop123456")]],
        ]
        let cleaned: JSONObject = [
            "command": "curl --password [redacted] x", "count": 2, "list": ["ok", ["token": "[redacted]"]],
        ]
        #expect(Redaction.redacted(metadata) == cleaned)
    }

    @Test(arguments: [
        "npx letta-mcp --password hush1", "x ghp_" + "abcdefghijklmnop123456", "API_KEY=abc", "http://me:hush@host",
    ])
    func `setup sees passwords in commands`(_ command: String) { #expect(SecretName.isIn(command)) }

    @Test func `nothing secret or private reaches the memory or a file, whoever repeats it`() async throws {
        try await withHooks { hooks async throws in
            let script = Sessions.secrets
            await hooks.run(
                .userPromptSubmit,
                ["prompt": "<PRIVATE>the admin login is mia-root and its pin 48213-77</Private> hello"])
            try hooks.write(script)
            await hooks.edit("/home/mia/shop/a.py", "pin = None", "pin = \"48213-77\"")
            await hooks.edit("/home/mia/shop/.env", "A=1", "A=a-value-of-env")
            await hooks.fail("cat .env && false", "Exit code 1\nSTRIPE=plain-words-of-the-env-file error")
            #expect(!hooks.record.json.text.contains("48213-77"))
            await hooks.run(.stop)
            await hooks.run(.sessionEnd)
            let everything = try await hooks.everything()
            for word in [
                "48213-77", "ghp_", "hunter22", "abcdef1234567890", "zyxwvu0987654321", "plain-words", "sekret-value",
                "a-value-of-env",
            ] {
                #expect(!everything.contains(word), "\(word)")
            }
            #expect(everything.contains("Always deploy from the release branch."))
        }
    }

    @Test(arguments: [
        ("build/", "build/x.o", true), ("build/", "src/build/x.o", true), ("/build", "src/build/x.o", false),
        ("*.log", "a/b.log", true), ("*.log\n!keep.log", "a/keep.log", false), ("a/**/z", "a/b/c/z", true),
        ("a/**/z", "a/z", true),
        ("docs/*.md", "docs/a.md", true), ("docs/*.md", "docs/x/a.md", false), ("secret?.txt", "secret1.txt", true),
        ("[a-c].txt", "b.txt", true), ("[!a-c].txt", "b.txt", false), ("dir/\n!dir/a", "dir/a", true),
        ("# x\n\n", "x", false),
        ("**/gen", "a/gen/x", true), ("\\#x", "#x", true), ("", ".env.local", true), ("", ".env.example", false),
        ("", "node_modules/x/y.js", true), ("", "web/package-lock.json", true),
        ("!package-lock.json", "package-lock.json", false),
        ("", "keys/id_rsa", true), ("", "src/main.swift", false),
    ]) func `ignored paths follow the rules of gitignore`(_ rules: String, _ path: String, _ isIgnored: Bool) {
        #expect(IgnoreRules(folder: "/p", text: rules).ignores("/p/" + path) == isIgnored)
    }

    @Test func `paths are relative to the project where they are inside of it`() {
        let rules = IgnoreRules(folder: "/p", text: "")
        #expect(rules.name("/p/a/../b.py") == "b.py")
        #expect(rules.name("/other/b.py") == "/other/b.py")
    }
}
