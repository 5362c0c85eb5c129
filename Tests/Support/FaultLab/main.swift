import ClientLab
import FakeMTA
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
    if let mail = options.trade {
        let table = try TradeTable(mail: mail)
        print(options.json ? try table.json() : table.lines.joined(separator: "\n"))
        exit(0)
    }
    let chosen = Experiment.all.filter { experiment in
        options.only.isEmpty || options.only.contains { experiment.name.hasPrefix($0) }
    }
    guard !chosen.isEmpty else {
        throw LabError(.invalidArgument, "no experiment is called so", remedy: "try Tests/faults --list")
    }
    if options.lists {
        for experiment in chosen { print("\(experiment.name): \(experiment.what); \(experiment.right)") }
        exit(0)
    }
    var report = ExperimentReport(seed: options.seed)
    for experiment in chosen {
        EngineUnderTest.$current.withValue(options.engine) { report.run(experiment) }
        FileHandle.standardError.write(Data("\(report.progress)\n".utf8))
    }
    print(options.json ? try report.json() : report.lines.joined(separator: "\n"))
    exit(report.isSound ? 0 : 1)
} catch {
    FileHandle.standardError.write(Data("faults: \(error)\n".utf8))
    exit((error as? LabError)?.code == .invalidArgument ? 64 : 1)
}
