import Client
import Foundation
import Glibc
import Platform
import RoostTesting
import Testing

@Suite struct ReportFilesTests {
    @Test func `a pipe or a device is refused, and not waited for`() async throws {
        try await withFolder { folder async throws in
            let pipe = folder + "/report.xml"
            #expect(mkfifo(pipe, 0o600) == 0)
            for path in [pipe, "/dev/zero"] {
                let error = #expect(throws: FileError.self) { try ReportFiles.find([path], ending: ".xml") }
                #expect(error?.description.contains("\(path) is no file") == true)
            }
            #expect(try ReportFiles.find([folder], ending: ".xml").isEmpty)
        }
    }

    @Test func `a folder without an end is told, with what to do`() async throws {
        try await withFolder { folder async throws in
            for number in 0..<8 {
                try write("<testsuite/>", to: folder + "/part\(number % 2)/TEST-\(number).xml")
            }
            var limits = ReportFiles.Limits()
            #expect(try ReportFiles.find([folder], ending: ".xml", limits: limits).count == 8)
            limits.looked = 6
            let far = #expect(throws: FileError.self) { try ReportFiles.find([folder], ending: ".xml", limits: limits) }
            #expect(far?.description.contains("more than 6 files. Name the folder") == true)
            limits = ReportFiles.Limits()
            limits.found = 4
            let many = #expect(throws: FileError.self) {
                try ReportFiles.find([folder + "/**/*.xml"], ending: ".xml", limits: limits)
            }
            #expect(many?.description.contains("more than 4 files that fit") == true)
            limits = ReportFiles.Limits()
            limits.depth = 1
            #expect(try ReportFiles.find([folder], ending: ".xml", limits: limits).isEmpty)
        }
    }
}
