import ArgumentParser
import SenderLab
import SpamTracker

/// How files of mails are read.
struct SendersTraceOptions: ParsableArguments {
    @Option(
        name: .customLong("ipv4-prefix"),
        help: ArgumentHelp(
            "The number of leading bits of an IPv4 address that identify a sender, 8 to 32.", valueName: "bits"))
    var ipv4Prefix = 32

    @Option(
        name: .customLong("ipv6-prefix"),
        help: ArgumentHelp(
            "The number of leading bits of an IPv6 address that identify a sender, 16 to 64.", valueName: "bits"))
    var ipv6Prefix = 64

    func validate() throws {
        guard 8...32 ~= ipv4Prefix else { throw ValidationError("--ipv4-prefix must be from 8 to 32") }
        guard 16...64 ~= ipv6Prefix else { throw ValidationError("--ipv6-prefix must be from 16 to 64") }
    }

    /// Reads a file of messages; says on the standard error what it could not read.
    func load(_ path: String, table: DomainTable = DomainTable()) throws -> SenderTrace {
        try SenderTrace.read(
            path, table: table, prefixes: SenderPrefixes(ipv4: ipv4Prefix, ipv6: ipv6Prefix),
            tell: ReadingDisplay(prefix: "argot: ").show)
    }
}
