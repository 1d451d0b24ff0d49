/// Lays out JSON for people: two spaces a level, one member a line.
package enum JSONIndent {
    /// - Parameter compact: JSON as `JSONWriter` writes it, without space between its parts.
    package static func indented(_ compact: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(compact.count + compact.count / 3)
        var depth = 0
        var index = 0
        func line(_ result: inout [UInt8]) {
            result.append(UInt8(ascii: "\n"))
            result.append(contentsOf: repeatElement(UInt8(ascii: " "), count: depth * 2))
        }
        while index < compact.count {
            let byte = compact[index]
            index += 1
            switch byte {
            case UInt8(ascii: "\""):
                let start = index - 1
                while index < compact.count, compact[index] != UInt8(ascii: "\"") {
                    index += compact[index] == UInt8(ascii: "\\") ? 2 : 1
                }
                index = min(index + 1, compact.count)
                result.append(contentsOf: compact[start..<index])
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                result.append(byte)
                // An empty object or list stays on its line; the closing byte is its opening one plus two.
                if index < compact.count, compact[index] == byte + 2 {
                    result.append(compact[index])
                    index += 1
                } else {
                    depth += 1
                    line(&result)
                }
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                line(&result)
                result.append(byte)
            case UInt8(ascii: ","):
                result.append(byte)
                line(&result)
            case UInt8(ascii: ":"): result.append(contentsOf: [byte, UInt8(ascii: " ")])
            default: result.append(byte)
            }
        }
        return result
    }
}
