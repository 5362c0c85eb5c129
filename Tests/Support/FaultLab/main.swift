import ClientLab
import Foundation

do {
    guard let options = try FaultLabOptions(Array(CommandLine.arguments.dropFirst())) else {
        print(FaultLabOptions.usage)
        exit(0)
    }
    if options.showsAwkward {
        let report = try AwkwardReport()
        print(options.json ? try report.json() : report.lines.joined(separator: "\n"))
        exit(0)
    }
} catch {
    FileHandle.standardError.write(Data("faults: \(error)\n".utf8))
    exit((error as? LabError)?.code == .invalidArgument ? 64 : 1)
}
