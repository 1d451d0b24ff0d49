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
        "glrt" + "-Zx9Qw8Er7Ty6Ui5Op4As", "GOCSPX" + "-48JJnUfd7UACNWiP3sFd67JikEAv",
        "xoxe" + "-1-Lm7exG3lCMqXXQ8agOMT",
        "rk_test" + "_iFoNPcbdaKwtgHw1oALt", "sq0csp" + "-6DfVPClogqoPchv5V7S82qTdrOJRBRY6",
        "SK" + "058765a6ca7cff00d796c25410335b40",
        "key" + "-85967f532f3ab3cc2d0b698d5c7e41ba", "4ea5ee874ae7689447ab57a683536c44" + "-us12",
        "123456789" + ":AALS45gqIO2zVZxqyxKjxvWfColNV9ds0Hq", "8NF8Q~" + "Nl5oFA6Qd8Mj7zdnbMjAdTdlzC5T4uUhf7",
        "MT9Z6YkRYU7oe1wNWqku5Nr5" + ".0DjqG9.6EnLqNGpuxcmlzkO7rRu5ykYYqhXHdO2x93CJH",
        "dckr" + "_pat_ivg3QxvEXHJX6nsBvBqJd0ssw0F", "hvs" + ".D3ab7uKPudANTU1vkfbjnjHX1fw0xBw",
        "dp.pt" + ".4FnKYkE373Xr9Wi0tsfvaF35pkuRNM9CnLd4",
        "ntn" + "_hjkHWGgbgek8HF0DNBZZdPaRXLujTpwrk", "figd" + "_tayTfSlX2oumQ5geJ6xZGWtme",
        "shpss" + "_3fdf6a0b29872400c49b5539ac5ba7b4",
        "NRAK" + "-SED60VE2ALKYSA2WM4F8U7318JZ", "glsa" + "_aSM9nDthTiB64fN3mKh6U3wkxV1vZWVR_0837bbf1",
        "$2b$12$" + "bZGrBxe9OrUfLhzyG9LAoQ34dZx9IvQqePEKiBDR4TNDmvNmhzksW",
        "$apr1$" + "abcd1234$znKUrY2RY21ijoQ2WpGh5s",
    ]

    @Test(arguments: secrets) func `keys of known forms are taken out`(_ key: String) {
        #expect(Redaction.redacted("use \(key), please") == "use [redacted], please")
        #expect(Redaction.redacted("X_KEY=\(key)").contains(key) == false)
    }

    @Test(arguments: [
        "password", "passwd", "passphrase", "pwd", "passwort", "kennwort", "motdepasse", "secret", "token", "api_key",
        "access_key", "secret-key", "privateKey", "CREDENTIAL", "auth_key", "encryptionkey", "signing_key",
        "access_key_id", "ConnectionString", "session_key", "account_key", "secret_key_base", "npm_auth", "db_pass",
        "DB_PASS", "db_pw", "DB_PW", "pass-word", "p_w_d", "to_ken",
    ]) func `values of every name that secrets have are taken out`(_ name: String) {
        let value = "Zx9Qw8Er7Ty6Ui5Op4"
        for before in ["", "my_", "x "] {
            #expect(Redaction.redacted("\(before)\(name)=\(value) end") == "\(before)\(name)=[redacted] end")
        }
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
        ("//registry.npmjs.org/:_authToken=F6gcqInkTY88mHw", "//registry.npmjs.org/:_authToken=[redacted]"),
        ("_auth=Ym9iOmh1bnRlcjIyeA", "_auth=[redacted]"), ("MYSQL_ROOT_PASS=Zz9yy8xx", "MYSQL_ROOT_PASS=[redacted]"),
        ("curl -u mia:Tr0ub4dor https://x", "curl -u mia:[redacted] https://x"),
        ("mysql -u root -pSup3rpw shop", "mysql -u root -p[redacted] shop"),
        ("sshpass -p Sup3rpw8 ssh x", "sshpass -p [redacted] ssh x"),
        ("redis-cli -a Sup3rpw7 ping", "redis-cli -a [redacted] ping"),
        ("docker login -u mia -p D0ckerpw", "docker login -u mia -p [redacted]"),
        ("Authorization: Token a20f1fa2261b", "Authorization: Token [redacted]"),
        ("Cookie: sessionid=nNXSl0tvfZWDL6lau87", "Cookie: [redacted]"),
        ("{\\\"password\\\":\\\"hunter3hunter\\\"}", "{\\\"password\\\":\\\"[redacted]\\\"}"),
        ("<password>hunter4hunter</password>", "<password>[redacted]</password>"),
        ("the password for the stage is Blue5Whale", "the password for the stage is [redacted]"),
        ("Passwort: Blue6Whale", "Passwort: [redacted]"), ("password=$uperS3cret!", "password=[redacted]"),
        ("db_password: correcthorsebattery", "db_password: [redacted]"),
        ("machine x login mia password n3trcpass", "machine x login mia password [redacted]"),
        ("#define API_KEY \"0CYAq4KQo3j9Vr98TAgdB60g\"", "#define API_KEY \"[redacted]\""),
        (
            "https://hooks.slack.com/services/T0KVML73CT/B0YXV2KGAF/rfwA94hJ9WnywX0t",
            "https://hooks.slack.com/services/[redacted]"
        ),
        (
            "https://x.blob.core.windows.net/c?sp=r&sig=H8LmyqoYMaaItDr9uP14",
            "https://x.blob.core.windows.net/c?sp=r&sig=[redacted]"
        ),
        ("AccountKey=KMGHZEM9YpvujA/C5Q52ryFlwRlO==;Endpoint", "AccountKey=[redacted];Endpoint"),
    ]) func `passwords and tokens are taken out by what stands before them`(_ text: String, _ clean: String) {
        #expect(Redaction.redacted(text) == clean)
    }

    @Test func `a private key is taken out whole, also when its end is missing`() {
        let key = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\nAAAA\n"
        #expect(Redaction.redacted("a\n" + key + "-----END OPENSSH PRIVATE KEY-----\nb") == "a\n[redacted]\nb")
        #expect(Redaction.redacted("a\n" + key) == "a\n[redacted]")
    }

    @Test func `a private key in a file that is written leaves none of its lines`() async throws {
        try await withHooks { hooks async throws in
            let body = "MIIEpAIBAAKCAQEAmeV5HbCXmYTVmXqmJWS1sVY8b6VUNUbewnAa13PUVOIqJwOk"
            let key = "-----BEGIN RSA PRIVATE KEY-----\n\(body)\n-----END RSA PRIVATE KEY-----\n"
            await hooks.edit("/home/mia/shop/deploy.txt", "old words", "new words\n" + key)
            await hooks.edit("/home/mia/shop/half.txt", "old words", "new words\n" + body + "\nmore words")
            await hooks.run(.stop)
            #expect(try await hooks.passages("file_change").count == 2)
            #expect(try await hooks.everything().contains(body.prefix(20)) == false)
        }
    }

    @Test(arguments: [
        "commit 6384af5d31c8900680696cf363f4446da1c1b986", "0b1e7c52-5a6f-4a55-9d5e-3f1f6f0f2b11",
        "src/tokens/secret_store.py",
        "max_tokens=4096", "the token is expired", "password: required", "token: String",
        "if password == nil { return }",
        "let secret = makeSecret()", "password = os.environ['PW']", "https://example.org/a:b@c",
        "sk-learn is a library",
        "api_key: ${API_KEY}", "The bearer of this letter", "tokenizer = AutoTokenizer", "eyJ is how a JWT begins",
        "user@example.org:22", "docker run -p 8080:80 -u 1000:1000 nginx", "mkdir -p build2/out",
        "mysql -u root -p shop",
        "compass = north1234", "passed=1200", "PASS: 12345 tests", "password=$DB_PASSWORD",
        "password: /run/secrets/db1",
        "secret/my-app-tls", "sort key: created_at2024", "cache_key: v2-linux-abcdef1234567890", "PWD=/home/mia/shop",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "pod api-7c9d8f6b5d-abcde restarted",
        "signature: verify2Signatures34", "the cookie: it has crumbs", "token count: 1200", "the password reset flow",
        "pattern.matches", "curl -u https://x", "SKILL.md", "next is the password field",
    ]) func `what is no secret stays`(_ text: String) { #expect(Redaction.redacted(text) == text) }

    @Test(arguments: [
        ("a <private>b</private> c", "a [private] c"), ("a <PRIVATE>b", "a [private]"),
        ("a <private>b <Private>c</private> d</private> e", "a [private] e"), ("<private >x</private >y", "[private]y"),
        ("no <privates> here", "no <privates> here"), ("a <private why=\"x\">b</private> c", "a [private] c"),
        ("a <private\n>b</private> c", "a [private] c"), ("< private>x</ private\n>y", "[private]y"),
        ("<private\t\n>x< / private >y", "[private]y"), ("the <private repo> of us", "the <private repo> of us"),
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
