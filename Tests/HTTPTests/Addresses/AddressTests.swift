import Testing

@testable import HTTP

@Suite struct AddressTests {
    @Test func `every row of the tables can be read`() {
        #expect(SpecialAddresses.rowCount == SpecialAddresses.textCount)
        #expect(SpecialAddresses.rowCount > 30)
    }

    @Test(arguments: [
        "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "100.127.255.255",
        "127.0.0.1", "127.255.255.255", "168.63.129.16", "169.254.1.1", "169.254.169.254", "169.254.170.2",
        "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.0.1",
        "192.168.255.255", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1",
        "239.255.255.250", "240.0.0.1", "255.255.255.254", "255.255.255.255",
        "::", "::1", "::7f00:1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "::ffff:a9fe:a9fe", "::ffff:0:127.0.0.1",
        "64:ff9b::10.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::8.8.8.8", "100::1", "2001::1",
        "2001:0:7f00:1::", "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::", "2002:808:808::",
        "3fff::1", "4000::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fd20:ce::254", "fe80::1", "febf::1", "fec0::1",
        "ff02::1", "ffff::1",
    ])
    func `no public host is at`(address: String) throws {
        #expect(SpecialAddresses.kind(of: try #require(IPAddress(address))) != nil)
    }

    @Test(arguments: [
        "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.1", "100.63.255.255", "100.128.0.1", "126.255.255.255",
        "128.0.0.1", "169.253.255.255", "169.255.0.1", "172.15.255.255", "172.32.0.1", "191.255.255.255", "192.0.1.1",
        "192.167.255.255", "192.169.0.1", "198.17.255.255", "198.20.0.1", "223.255.255.255",
        "2606:4700:4700::1111", "2a00:1450:4001::1", "2001:4860:4860::8888", "2001:200::1", "2003::1",
        "::ffff:8.8.8.8", "64:ff9b::8.8.8.8",
    ])
    func `a public host is at`(address: String) throws {
        #expect(SpecialAddresses.kind(of: try #require(IPAddress(address))) == nil)
    }

    @Test func `an address and a network are read in their usual spelling alone`() throws {
        #expect(IPAddress("127.0.0.1") == IPAddress("::ffff:7f00:1"))
        #expect(IPAddress("[::1]") == IPAddress("::1"))
        for wrong in ["", "127.1", "0x7f.0.0.1", "2130706433", "127.0.0.1.", "a", "::1%lo", "1.2.3.4/8", "[1.2.3.4"] {
            #expect(IPAddress(wrong) == nil, "\(wrong)")
        }
        for wrong in ["10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/8/8", "fd00::/129", "10/8", "/8", "a/8"] {
            #expect(IPNetwork(wrong) == nil, "\(wrong)")
        }
        let network = try #require(IPNetwork("10.1.2.3/8"))
        #expect(network.contains(try #require(IPAddress("10.200.0.1"))))
        #expect(!network.contains(try #require(IPAddress("11.0.0.1"))))
        #expect(try #require(IPNetwork("0.0.0.0/0")).contains(try #require(IPAddress("8.8.8.8"))))
        #expect(!(try #require(IPNetwork("0.0.0.0/0")).contains(try #require(IPAddress("::1")))))
        #expect(try #require(IPNetwork("::/0")).contains(try #require(IPAddress("::1"))))
    }

    @Test func `hosts are allowed by name, by address and by network`() throws {
        var wrong = ""
        let hosts = try #require(
            AllowedHosts(
                [
                    "Intranet.Lan", "wiki.lan:8080", "*.svc.local", "10.1.2.3", "192.168.1.0/24", "[fd00::1]:99",
                    "fd01::/16",
                ],
                wrong: &wrong))
        func allows(_ host: String, _ address: String? = nil, _ port: Int = 80) -> Bool {
            hosts.contains(host: host, address: IPAddress(address ?? host), port: port)
        }
        #expect(allows("intranet.lan", "10.9.9.9"))
        #expect(allows("INTRANET.lan.", "10.9.9.9", 1234))
        #expect(!allows("a.intranet.lan", "10.9.9.9"))
        #expect(allows("wiki.lan", "10.9.9.9", 8080))
        #expect(!allows("wiki.lan", "10.9.9.9", 80))
        #expect(allows("a.b.svc.local", "10.9.9.9"))
        #expect(!allows("svc.local", "10.9.9.9"))
        #expect(!allows("evilsvc.local", "10.9.9.9"))
        #expect(allows("10.1.2.3"))
        #expect(allows("any.name", "10.1.2.3"))
        #expect(!allows("10.1.2.4"))
        #expect(allows("192.168.1.77"))
        #expect(allows("[::ffff:192.168.1.77]"))
        #expect(allows("[fd00::1]", nil, 99))
        #expect(!allows("[fd00::1]", nil, 98))
        #expect(allows("[fd01:2::3]"))
        for text in ["", "*", "*.", "a b", "http://a", "a:0", "a:70000", "a/b", "10.0.0.0/99", "a:b:c"] {
            #expect(AllowedHosts([text], wrong: &wrong) == nil, "\(text)")
            #expect(wrong == text)
        }
    }

    @Test func `what a URL shows is refused before anything is called`() throws {
        let policy = AddressPolicy.publicHosts
        for url in [
            "http://127.0.0.1/", "https://10.0.0.1:8443/x", "http://0x7f.1/", "http://2130706433/", "http://[::1]/",
            "http://localhost/", "http://LOCALHOST.:80/", "http://a.localhost/",
            "http://user:key@169.254.169.254/latest",
            "http://127.0.0.1./",
        ] {
            let refusal = try #require(policy.refusal(of: url), "\(url)")
            #expect(refusal.contains("outgoing-hosts"))
            #expect(!refusal.contains("key"))
        }
        for url in ["http://8.8.8.8/", "http://intranet.lan/", "https://localhost.example.org/", "no url"] {
            #expect(policy.refusal(of: url) == nil, "\(url)")
        }
        #expect(AddressPolicy.unguarded.refusal(of: "http://127.0.0.1/") == nil)
        #expect(policy.allowing("http://127.0.0.1:99/a").refusal(of: "http://127.0.0.1:99/b") == nil)
        #expect(policy.allowing("http://127.0.0.1:99/a").refusal(of: "http://127.0.0.1:98/b") != nil)
        #expect(policy.allowing("http://[::1]:99/a").refusal(of: "http://[::1]:99/b") == nil)
    }

    @Test func `a redirect is read as libcurl reads it`() throws {
        let cases = [
            ("http://a.example/x/y?q", "z", "http://a.example/x/z"),
            ("http://a.example/x/y", "/z", "http://a.example/z"),
            ("http://u:p@a.example/x", "//b.example/y", "http://b.example/y"),
            ("http://u:p@a.example/x", "https://b.example/", "https://b.example/"),
            ("http://a.example/x", "?q=1 2", "http://a.example/x?q=1+2"),
        ]
        for (base, place, target) in cases {
            #expect(try RequestURL(base, relative: place).text == target, "\(place)")
        }
        for place in [
            "file:///etc/passwd", "ftp://a.example/", "gopher://a.example/", "http://[::1/", "http://a\u{0}b/",
        ] {
            #expect(throws: HTTPClientError.self, "\(place)") {
                _ = try RequestURL("http://a.example/", relative: place)
            }
        }
        #expect(try RequestURL("http://0x7f.1:8080/").host == "127.0.0.1")
    }
}
