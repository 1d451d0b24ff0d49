/// The form of the keys that one issuer makes: how they begin, and what follows.
struct KeyForm: Sendable {
    /// What the bytes behind the prefix are.
    enum Alphabet: Sendable {
        /// Letters, digits, `_`, `-`.
        case word
        case alphanumeric
        case upper
        case hex
        /// `word`, in two or more parts with dots between them, as those of a JWT.
        case dotted
        /// `word` and what base64 and addresses have.
        case base64
    }

    let prefix: StaticString
    /// Bytes behind the prefix.
    let least: Int
    var of = Alphabet.word
    var needsDigit = true

    /// Where the key ends; nil when this is none.
    func end(in bytes: [UInt8], from start: Int) -> Int? {
        var end = start
        while end < bytes.count, belongs(bytes[end]) { end += 1 }
        while end > start, bytes[end - 1] == UInt8(ascii: ".") { end -= 1 }
        let value = bytes[start..<end]
        guard value.count >= least else { return nil }
        if of == .dotted, value.split(separator: UInt8(ascii: ".")).count < 2 { return nil }
        // A longer word of other letters begins in the same way.
        if end < bytes.count, bytes[end].isWord { return nil }
        return needsDigit && !value.contains(where: \.isDigit) ? nil : end
    }

    private func belongs(_ byte: UInt8) -> Bool {
        switch of {
        case .word: byte.isWord
        case .alphanumeric: byte.isLetter || byte.isDigit
        case .upper: byte.isUpper || byte.isDigit
        case .hex: byte.isDigit || (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "f"))
        case .dotted: byte.isWord || byte == UInt8(ascii: ".")
        case .base64:
            byte.isWord || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "=")
                || byte == UInt8(ascii: "%")
        }
    }

    /// Those whose prefix begins with a byte. Every word of a text asks.
    static func beginning(with byte: UInt8) -> [KeyForm] { byte < 128 ? byFirst[Int(byte)] : [] }

    private static let byFirst: [[KeyForm]] = {
        var table = [[KeyForm]](repeating: [], count: 128)
        for form in all { table[Int(form.prefix.utf8Start[0])].append(form) }
        return table
    }()

    private static let all: [KeyForm] =
        models + sources + clouds + services + [
            KeyForm(prefix: "eyJ", least: 20, of: .dotted), KeyForm(prefix: "AGE-SECRET-KEY-1", least: 20),
            KeyForm(prefix: "hvs.", least: 24), KeyForm(prefix: "hvb.", least: 24), KeyForm(prefix: "hvr.", least: 24),
            KeyForm(prefix: "ops_ey", least: 40, of: .base64),
            // The second half of a key of Terraform, the one that is secret.
            KeyForm(prefix: "atlasv1.", least: 40),
            KeyForm(prefix: "dp.pt.", least: 30), KeyForm(prefix: "dp.st.", least: 30, of: .dotted),
            KeyForm(prefix: "dp.ct.", least: 30), KeyForm(prefix: "pul-", least: 40, of: .hex),
        ]

    private static let models: [KeyForm] = [
        KeyForm(prefix: "sk-", least: 20), KeyForm(prefix: "hf_", least: 20, needsDigit: false),
        KeyForm(prefix: "gsk_", least: 20), KeyForm(prefix: "xai-", least: 20), KeyForm(prefix: "r8_", least: 20),
        KeyForm(prefix: "nvapi-", least: 20), KeyForm(prefix: "pplx-", least: 20), KeyForm(prefix: "lsv2_", least: 20),
    ]

    private static let sources: [KeyForm] = [
        KeyForm(prefix: "ghp_", least: 20), KeyForm(prefix: "gho_", least: 20), KeyForm(prefix: "ghu_", least: 20),
        KeyForm(prefix: "ghs_", least: 20), KeyForm(prefix: "ghr_", least: 20),
        KeyForm(prefix: "github_pat_", least: 20), KeyForm(prefix: "glpat-", least: 16),
        KeyForm(prefix: "glcbt-", least: 16), KeyForm(prefix: "gldt-", least: 16), KeyForm(prefix: "glrt-", least: 16),
        KeyForm(prefix: "glptt-", least: 16), KeyForm(prefix: "glft-", least: 16),
        KeyForm(prefix: "glsoat-", least: 16),
        KeyForm(prefix: "npm_", least: 30), KeyForm(prefix: "pypi-", least: 30),
        KeyForm(prefix: "rubygems_", least: 40, of: .hex), KeyForm(prefix: "cio", least: 32, of: .alphanumeric),
        KeyForm(prefix: "oy2", least: 40, of: .alphanumeric), KeyForm(prefix: "dckr_pat_", least: 20),
        KeyForm(prefix: "dckr_oat_", least: 20), KeyForm(prefix: "ATATT3", least: 30, of: .base64),
        KeyForm(prefix: "ATCTT3", least: 30, of: .base64), KeyForm(prefix: "ATBB", least: 24, of: .alphanumeric),
        KeyForm(prefix: "AKCp", least: 40, of: .alphanumeric), KeyForm(prefix: "squ_", least: 30, of: .hex),
        KeyForm(prefix: "sqp_", least: 30, of: .hex), KeyForm(prefix: "sqa_", least: 30, of: .hex),
    ]

    private static let clouds: [KeyForm] = [
        KeyForm(prefix: "AKIA", least: 16, of: .upper, needsDigit: false),
        KeyForm(prefix: "ASIA", least: 16, of: .upper, needsDigit: false),
        KeyForm(prefix: "AIza", least: 30), KeyForm(prefix: "ya29.", least: 20), KeyForm(prefix: "GOCSPX-", least: 20),
        KeyForm(prefix: "dop_v1_", least: 30), KeyForm(prefix: "doo_v1_", least: 30),
        KeyForm(prefix: "dapi", least: 32),
        KeyForm(prefix: "HRKU-", least: 20), KeyForm(prefix: "vcp_", least: 20, of: .alphanumeric),
        KeyForm(prefix: "nfp_", least: 30), KeyForm(prefix: "fo1_", least: 30),
        KeyForm(prefix: "fm1r_", least: 30, of: .base64), KeyForm(prefix: "fm1a_", least: 30, of: .base64),
        KeyForm(prefix: "fm2_", least: 30, of: .base64), KeyForm(prefix: "sbp_", least: 30, of: .hex),
        KeyForm(prefix: "pscale_tkn_", least: 20), KeyForm(prefix: "pscale_pw_", least: 20),
        KeyForm(prefix: "pscale_oauth_", least: 20), KeyForm(prefix: "sntrys_", least: 20, of: .base64),
        KeyForm(prefix: "glsa_", least: 20), KeyForm(prefix: "glc_", least: 30, of: .base64),
        KeyForm(prefix: "NRAK-", least: 20, of: .upper), KeyForm(prefix: "NRJS-", least: 16),
    ]

    private static let services: [KeyForm] = [
        KeyForm(prefix: "sk_live_", least: 16, of: .alphanumeric, needsDigit: false),
        KeyForm(prefix: "sk_test_", least: 16, of: .alphanumeric, needsDigit: false),
        KeyForm(prefix: "rk_live_", least: 16, of: .alphanumeric, needsDigit: false),
        KeyForm(prefix: "rk_test_", least: 16, of: .alphanumeric, needsDigit: false),
        KeyForm(prefix: "whsec_", least: 16, of: .base64), KeyForm(prefix: "sq0csp-", least: 30),
        KeyForm(prefix: "sq0atp-", least: 20), KeyForm(prefix: "EAA", least: 50, of: .alphanumeric),
        KeyForm(prefix: "EZAK", least: 40, of: .alphanumeric), KeyForm(prefix: "EZTK", least: 40, of: .alphanumeric),
        KeyForm(prefix: "xoxa-", least: 10), KeyForm(prefix: "xoxb-", least: 10), KeyForm(prefix: "xoxp-", least: 10),
        KeyForm(prefix: "xoxr-", least: 10), KeyForm(prefix: "xoxs-", least: 10), KeyForm(prefix: "xoxe-", least: 20),
        KeyForm(prefix: "xoxd-", least: 20, of: .base64), KeyForm(prefix: "xapp-", least: 10),
        KeyForm(prefix: "shpat_", least: 20), KeyForm(prefix: "shpss_", least: 20),
        KeyForm(prefix: "shpca_", least: 20),
        KeyForm(prefix: "shppa_", least: 20), KeyForm(prefix: "lin_api_", least: 20),
        KeyForm(prefix: "ntn_", least: 30),
        KeyForm(prefix: "secret_", least: 40, of: .alphanumeric), KeyForm(prefix: "figd_", least: 20),
        KeyForm(prefix: "PMAK-", least: 30), KeyForm(prefix: "SK", least: 32, of: .hex),
        KeyForm(prefix: "key-", least: 32, of: .hex), KeyForm(prefix: "ES_", least: 32, of: .hex),
        KeyForm(prefix: "SG.", least: 30, of: .dotted), KeyForm(prefix: "pat", least: 70, of: .dotted),
    ]
}

/// Keys that begin with no letters of their issuer and are told by their whole form.
enum UnnamedKey {
    static func end(in bytes: [UInt8], from at: Int) -> Int? {
        let first = bytes[at]
        if first == UInt8(ascii: "$") { return passwordHash(bytes, at) }
        guard first.isDigit || first.isLetter else { return nil }
        var end = at
        while end < bytes.count, bytes[end].isWord, end - at < 80 { end += 1 }
        guard end < bytes.count || end - at > 30 else { return nil }
        let next = end < bytes.count ? bytes[end] : 0
        let word = bytes[at..<end]
        // A bot of Telegram: its number, and a key.
        if next == UInt8(ascii: ":"), (8...10).contains(word.count), word.allSatisfy(\.isDigit) {
            let key = bytes[(end + 1)...].prefix { $0.isWord }
            return key.starts(with: Array("AA".utf8)) && key.count == 35 ? key.endIndex : nil
        }
        // A secret of Azure: three letters, `8Q~`, and 34 more.
        if next == UInt8(ascii: "~"), word.count == 5, bytes[end - 1] == UInt8(ascii: "Q"), bytes[end - 2].isDigit {
            let rest = bytes[end...].prefix { $0.isWord || $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: ".") }
            return rest.count >= 30 ? rest.endIndex : nil
        }
        // A bot of Discord: its number in base64, a time, a key.
        if next == UInt8(ascii: "."), (23...28).contains(word.count), word.contains(where: \.isUpper) {
            let parts = bytes[at...].prefix { $0.isWord || $0 == UInt8(ascii: ".") }.split(separator: UInt8(ascii: "."))
            guard parts.count == 3, parts[1].count == 6, parts[2].count >= 27 else { return nil }
            return parts[2].endIndex
        }
        // Of Mailchimp: 32 digits of a hash, and the place of the account.
        if word.count >= 36, word.count <= 38, word.dropFirst(32).starts(with: Array("-us".utf8)),
            word.dropFirst(35).allSatisfy(\.isDigit)
        {
            return end
        }
        return nil
    }

    /// As in `/etc/shadow`, made by crypt, bcrypt, Argon2.
    private static func passwordHash(_ bytes: [UInt8], _ at: Int) -> Int? {
        let text = bytes[at...].prefix { $0.isWord || "$./+=,".utf8.contains($0) }
        let parts = text.dropFirst().split(separator: UInt8(ascii: "$"), omittingEmptySubsequences: false)
        guard parts.count >= 3, let kind = parts.first, let hash = parts.last, hash.count >= 20 else { return nil }
        let kinds = ["1", "2a", "2b", "2y", "5", "6", "y", "apr1", "argon2i", "argon2id", "scrypt"]
        let end = text.last == UInt8(ascii: ",") ? text.endIndex - 1 : text.endIndex
        return kinds.contains { kind.elementsEqual($0.utf8) } ? end : nil
    }
}
