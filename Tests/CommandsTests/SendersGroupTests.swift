import Decision
import Foundation
import KeyedHashing
import RedisLab
import SMTP
import ScratchFiles
import Signing
import SpamTracker
import Testing

/// A group of three sites, from what each has counted to addresses in a zone, by commands alone.
@Suite("argot senders: a group of sites")
struct SendersGroupTests {
    /// Three sites, each with counts imported from a table, and a server.
    private final class Group {
        let scratch: Scratch
        let serverKey: String
        private(set) var keys: [String] = []
        let groupID: String
        /// What argotd of a site would have for `senders_snapshot`.
        var snapshot: String { scratch.path + "/snapshot" }

        init() throws {
            scratch = try Scratch()
            let now = Int64(Date().timeIntervalSince1970)
            var groupID = ""
            for site in 0..<3 {
                let directory = scratch.path + "/site\(site)"
                try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
                var rows = "t,ip,recipient,label\n"
                for hour: Int64 in stride(from: 60, to: 1, by: -6) {
                    for bot in 0..<30 {
                        for domain in [bot % 2, 2 + bot % 2] {
                            rows += "\(now - hour * 3_600),203.0.\(bot).7,d\(domain).site\(site).example,spam\n"
                        }
                    }
                    rows += "\(now - hour * 3_600),2001:db8:\(hour)::9,d0.site\(site).example,spam\n"
                    rows += "\(now - hour * 3_600),2001:db8:77::9,d0.site\(site).example,spam\n"
                    rows += "\(now - hour * 3_600),2001:db8:77::9,d2.site\(site).example,spam\n"
                    for honest in 0..<12 {
                        rows += "\(now - hour * 3_600),198.51.100.\(honest),h\(honest % 3).site\(site).example,ham\n"
                        rows +=
                            "\(now - hour * 3_600),198.51.100.\(honest),h\((honest + 1) % 3).site\(site).example,ham\n"
                    }
                }
                let mails = try scratch.write("mails\(site).csv", rows)
                let run = try Argot("senders", "import", mails, "--set", "data_directory=\(directory)")
                #expect(run.status == 0, "\(run.errors)")
                if site == 0 {
                    let new = try Argot(
                        "senders", "key", "new", "--group", "--json", "--set", "data_directory=\(directory)")
                    groupID = try Argot.decoder.decode(Key.self, from: Data(new.output.utf8)).id
                } else {
                    try FileManager.default.copyItem(
                        atPath: scratch.path + "/site0/group.key", toPath: directory + "/group.key")
                }
                let new = try Argot("senders", "key", "new", "--json", "--set", "data_directory=\(directory)")
                keys.append(try #require(try Argot.decoder.decode(Key.self, from: Data(new.output.utf8)).publicKey))
            }
            self.groupID = groupID
            let file = scratch.path + "/server.key"
            let new = try Argot("senders", "key", "new", "--file", file, "--json")
            serverKey = try #require(try Argot.decoder.decode(Key.self, from: Data(new.output.utf8)).publicKey)
            try FileManager.default.createDirectory(
                atPath: scratch.path + "/server/incoming", withIntermediateDirectories: true)
            _ = try scratch.write(
                "sensors", "argot-sensors 1\n" + keys.map { "trusted \($0) a site\n" }.joined())
        }

        struct Key: Decodable {
            let publicKey: String?
            let id: String
        }

        func submit(_ site: Int) throws -> Argot {
            try Argot(
                "senders", "submit", "--json", "--output", scratch.path + "/server/incoming", "--set",
                "data_directory=\(scratch.path)/site\(site)")
        }

        func serve(_ more: String...) throws -> Argot {
            try Argot(
                [
                    "senders", "serve", "--once", "--json", "--directory", scratch.path + "/server", "--sensors",
                    scratch.path + "/sensors", "--group", groupID, "--key", scratch.path + "/server.key", "--output",
                    snapshot,
                ] + more)
        }

        func run(_ words: [String], site: Int = 0) throws -> Argot {
            try Argot(words + ["--key", serverKey, "--set", "data_directory=\(scratch.path)/site\(site)"])
        }
    }

    private struct Submitted: Decodable {
        let file: String?
        let counts: Int
        let senders: Int
        let domains: Int
        let labels: Int
    }

    private struct Served: Decodable {
        let accepted: Int
        let replayed: Int
        let sequence: UInt64
        let isNew: Bool
        let senders: Int?
        let spam: Int?
        let clusters: Int?
        let listed: Int?
    }

    @Test("counts of three sites become a snapshot, and the snapshot a list of addresses")
    func wholeWay() throws {
        let group = try Group()
        for site in 0..<3 {
            let run = try group.submit(site)
            #expect(run.status == 0, "\(run.errors)")
            let submitted = try Argot.decoder.decode(Submitted.self, from: Data(run.output.utf8))
            #expect(submitted.counts > 500 && submitted.domains == 7 && submitted.labels > 40, "\(submitted)")
            // Nothing twice.
            let again = try Argot.decoder.decode(Submitted.self, from: Data(try group.submit(site).output.utf8))
            #expect(again.file == nil && again.counts == 0)
            // No address and no domain leaves the site.
            let bytes = try Data(contentsOf: URL(filePath: try #require(submitted.file)))
            #expect(bytes.firstRange(of: Data("example".utf8)) == nil)
        }
        // Another server, with the same key and the same files under other names, so that they come in another order.
        let other = group.scratch.path + "/server2"
        try FileManager.default.createDirectory(atPath: other + "/incoming", withIntermediateDirectories: true)
        let names = try FileManager.default.contentsOfDirectory(atPath: group.scratch.path + "/server/incoming")
            .sorted()
        for (place, name) in names.reversed().enumerated() {
            try FileManager.default.copyItem(
                atPath: group.scratch.path + "/server/incoming/" + name, toPath: "\(other)/incoming/\(place).submission"
            )
        }
        let served = try group.serve()
        #expect(served.status == 0, "\(served.errors)")
        let report = try Argot.decoder.decode(Served.self, from: Data(served.output.utf8))
        #expect(report.accepted == 3 && report.sequence == 3 && report.isNew, "\(report)")
        #expect((report.clusters ?? 0) > 0 && (report.listed ?? 0) >= 30, "\(report)")
        // Nothing has come since: nothing is computed, unless the file is gone.
        let idle = try Argot.decoder.decode(Served.self, from: Data(try group.serve().output.utf8))
        #expect(!idle.isNew && idle.sequence == 3 && idle.clusters == nil)
        let first = FileManager.default.contents(atPath: group.snapshot)
        try FileManager.default.removeItem(atPath: group.snapshot)
        let anew = try Argot.decoder.decode(Served.self, from: Data(try group.serve().output.utf8))
        #expect(anew.isNew && FileManager.default.contents(atPath: group.snapshot) == first)

        let again = try group.serve("--directory", other, "--output", group.snapshot + "2")
        #expect(again.status == 0, "\(again.errors)")
        #expect(
            FileManager.default.contents(atPath: group.snapshot)
                == FileManager.default.contents(atPath: group.snapshot + "2"))

        // Fetched, believed, and exported.
        let copy = group.scratch.path + "/copy"
        let fetch = ["senders", "fetch", "file://\(group.snapshot)", "--output", copy]
        let fetched = try group.run(fetch)
        #expect(
            fetched.status == 0 && fetched.output.hasPrefix("new: snapshot 3"), "\(fetched.output)\(fetched.errors)")
        #expect(try group.run(fetch).output.hasPrefix("nothing new: snapshot 3"))
        let (zone, zone6) = (group.scratch.path + "/zone", group.scratch.path + "/zone6")
        let (nft, ipset) = (group.scratch.path + "/nft", group.scratch.path + "/ipset")
        let export =
            ["senders", "export", "--snapshot", copy, "--rbldnsd", zone, "--rbldnsd6", zone6, "--nft", nft] + [
                "--ipset", ipset, "--probability", "0.8",
            ]
        let exported = try group.run(export)
        #expect(exported.status == 0, "\(exported.errors)")
        let lines = try String(contentsOfFile: zone, encoding: .utf8).split(separator: "\n")
        #expect(lines.filter { $0.hasPrefix("203.0.") }.count == 30)
        #expect(!lines.contains { $0.hasPrefix("198.51.100.") })
        #expect(lines.contains { $0.hasPrefix(":127.0.0.") && $0.contains("4 or more domains at 2 or more sites") })
        #expect(try String(contentsOfFile: zone6, encoding: .utf8).contains("\n2001:db8:77::/64\n"))
        #expect(try String(contentsOfFile: nft, encoding: .utf8).contains("203.0.7.7, 203.0.8.7"))
        #expect(try String(contentsOfFile: ipset, encoding: .utf8).contains("\nadd argot4-new 203.0.7.7\n"))
        // The same again gives the same files.
        let before = try Data(contentsOf: URL(filePath: zone))
        let same = try group.run(export)
        #expect(same.status == 0 && same.output.contains(", 0 of them written"), "\(same.output)")
        #expect(try Data(contentsOf: URL(filePath: zone)) == before)
        // In parts, which together have the same entries; the files of another number of parts go.
        #expect(try group.run(export + ["--parts", "4"]).status == 0)
        let parts = try (0..<4).map { try String(contentsOfFile: "\(zone).0\($0)", encoding: .utf8) }
        #expect(parts.reduce(0) { $0 + $1.split(separator: "\n").count { $0.hasPrefix("203.0.") } } == 30)
        #expect(!FileManager.default.fileExists(atPath: zone))
        #expect(try group.run(export).status == 0)
        #expect(try Data(contentsOf: URL(filePath: zone)) == before)
        #expect(!FileManager.default.fileExists(atPath: zone + ".00"))
        // What the site trusts is never in it.
        let spared = try group.run(export + ["--set", "trusted_networks=203.0.7.0/24"])
        #expect(spared.status == 0)
        #expect(!(try String(contentsOfFile: zone, encoding: .utf8).contains("203.0.7.7 ")))
    }

    @Test(
        "over a Redis: submitted by the configuration, served there and into a file, an import afterwards told again",
        .enabled(if: RedisServer.isInstalled))
    func overRedis() throws {
        let group = try Group()
        let redis = try RedisServer(in: group.scratch.path)
        func submit(_ site: Int) throws -> Argot {
            try Argot(
                "senders", "submit", "--json", "--set", "data_directory=\(group.scratch.path)/site\(site)", "--set",
                "senders_submit=\(redis.address)")
        }
        for site in 0..<3 {
            let run = try submit(site)
            #expect(run.status == 0, "\(run.errors)")
            #expect(run.output.contains("argot-group:\(group.groupID):submissions"), "\(run.output)")
        }
        let served = try group.serve("--redis", redis.address)
        #expect(served.status == 0, "\(served.errors)")
        #expect(try Argot.decoder.decode(Served.self, from: Data(served.output.utf8)).accepted == 3)
        // A second server has a directory of its own, and the Redis only.
        let second = try Argot(
            "senders", "serve", "--once", "--json", "--directory", group.scratch.path + "/server2", "--sensors",
            group.scratch.path + "/sensors", "--group", group.groupID, "--key", group.scratch.path + "/server.key",
            "--redis", redis.address)
        #expect(second.status == 0, "\(second.errors)")
        let file = try #require(FileManager.default.contents(atPath: group.snapshot))
        let place = "argot-group:\(group.groupID):snapshot:"
        let key = try #require(try redis.tell("KEYS", place + "*").split(separator: "\n").first.map(String.init))
        #expect(try redis.tell("STRLEN", key) == "\(file.count)")
        // What doctor makes of it, here without argotd.
        func doctor(_ more: String...) throws -> String {
            let settings = [
                "data_directory=\(group.scratch.path)/site0", "senders_snapshot=\(redis.address)",
                "senders_snapshot_keys=\(group.serverKey)",
            ]
            let run: Argot = try Argot(["doctor"] + settings.flatMap { ["--set", $0] } + more)
            return run.output
        }
        let healthy = try doctor("--set", "senders_submit=\(redis.address)")
        #expect(healthy.contains("ok       group  \(redis.address): snapshot 3, "), "\(healthy)")
        #expect(healthy.contains(" 7 domains of this site"), "\(healthy)")
        #expect(healthy.contains("ok       group.submit  \(redis.address): submitted"), "\(healthy)")
        #expect(try doctor("--set", "senders_snapshot_keys=\(group.keys[0])").contains("PROBLEM  group.unreachable"))
        // Imported afterwards, into a slot of yesterday.
        let time = Int64(Date().timeIntervalSince1970) - 86_400
        let late = try group.scratch.write(
            "late.csv", "t,ip,recipient,label\n\(time),192.0.2.99,d0.site0.example,spam\n")
        let data = "data_directory=\(group.scratch.path)/site0"
        #expect(try Argot("senders", "import", late, "--set", data).status == 0)
        // A slot has to end before anything is submitted: as if the last one had not been.
        let progress = group.scratch.path + "/site0/senders.submitted"
        var lines = try String(contentsOfFile: progress, encoding: .utf8).split(separator: "\n").map(String.init)
        let last = try #require(lines.firstIndex { $0.hasPrefix("last ") })
        var words = lines[last].split(separator: " ").map(String.init)
        words[3] = "\(try #require(Int64(words[3])) - 900)"
        lines[last] = words.joined(separator: " ")
        try (lines.joined(separator: "\n") + "\n").write(toFile: progress, atomically: true, encoding: .utf8)
        struct Corrected: Decodable { let corrected: Int }
        let again = try submit(0)
        #expect(
            try Argot.decoder.decode(Corrected.self, from: Data(again.output.utf8)).corrected == 1, "\(again.output)")
        #expect(
            try Argot.decoder.decode(Served.self, from: Data(try group.serve("--redis", redis.address).output.utf8))
                .accepted == 1)
        // Nowhere to.
        let nowhere = try Argot("senders", "submit", "--set", data)
        #expect(nowhere.status == 1 && nowhere.errors.contains("set senders_submit"))
        let both = try Argot("senders", "submit", "--output", "/tmp", "--redis", redis.address, "--set", data)
        #expect(both.status != 0 && both.errors.contains("exclude each other"))
        // While one serves, no other does in its directory.
        let other = try Argot(
            "senders", "serve", "--once", "--directory", group.scratch.path + "/server", "--sensors", "/dev/null",
            "--group", group.groupID, "--key", group.scratch.path + "/server.key")
        #expect(other.status != 0 && other.errors.contains("say where snapshots go"))
    }

    @Test("a snapshot that is not believed, older or of another group is not put in the place of a good one")
    func fetchRefuses() throws {
        let group = try Group()
        _ = try group.submit(0)
        #expect(try group.serve().status == 0)
        let copy = group.scratch.path + "/copy"
        let old = group.scratch.path + "/old"
        try FileManager.default.copyItem(atPath: group.snapshot, toPath: old)
        _ = try group.submit(1)
        #expect(try group.serve().status == 0)
        func fetch(_ file: String, _ more: [String] = []) throws -> Argot {
            try group.run(["senders", "fetch", "file://\(file)", "--output", copy] + more)
        }
        #expect(try fetch(group.snapshot).status == 0)
        let good = try Data(contentsOf: URL(filePath: copy))
        for (file, part) in [
            (old, "an older one is never put in its place"), (group.scratch.path + "/sensors", "not a signed document"),
            (group.scratch.path + "/absent", "Couldn't"),
        ] {
            let run = try fetch(file)
            #expect(run.status == 1 && run.errors.contains(part), "\(run.errors)")
            #expect(!run.errors.contains("fetched-"), "\(run.errors)")
        }
        let stranger = try Argot(
            "senders", "fetch", "file://\(group.snapshot)", "--output", copy, "--key", group.keys[0], "--set",
            "data_directory=\(group.scratch.path)/site0")
        #expect(stranger.status == 1)
        #expect(try Data(contentsOf: URL(filePath: copy)) == good)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: group.scratch.path).allSatisfy {
                !$0.contains("fetched-")
            })
        // Nobody is believed unless somebody is named.
        let nobody = try Argot("senders", "fetch", "file://\(group.snapshot)", "--output", copy)
        #expect(nobody.status == 1 && nobody.errors.contains("nobody's snapshots are believed"))
    }

    @Test("a list that has grown out of all proportion is not written")
    func growth() throws {
        let group = try Group()
        for site in 0..<3 { _ = try group.submit(site) }
        #expect(try group.serve().status == 0)
        let zone = try group.scratch.write("zone", "# argot-senders-zone 0 entries\n")
        let export = ["senders", "export", "--snapshot", group.snapshot, "--rbldnsd", zone]
        // Below the slack of 1000.
        #expect(try group.run(export).status == 0)
        let many = try group.scratch.write("zone", "# argot-senders-zone 1000000 entries\n")
        #expect(many == zone)
        #expect(try group.run(export).status == 0)
    }

    @Test("an interrupted submission is written again under its number, and the server takes it once")
    func interrupted() throws {
        let group = try Group()
        let progress = group.scratch.path + "/site0/senders.submitted"
        let first = try Argot.decoder.decode(Submitted.self, from: Data(try group.submit(0).output.utf8))
        let done = try String(contentsOfFile: progress, encoding: .utf8)
        #expect(done.contains("\nlast "))
        // As if it had ended between the file and the note of it.
        try done.replacing("last ", with: "pending ").write(toFile: progress, atomically: true, encoding: .utf8)
        let file = try #require(first.file)
        let bytes = try Data(contentsOf: URL(filePath: file))
        #expect(try group.serve().status == 0)
        let again = try Argot.decoder.decode(Submitted.self, from: Data(try group.submit(0).output.utf8))
        #expect(again.file == first.file)
        #expect(try Data(contentsOf: URL(filePath: file)) == bytes)
        let served = try Argot.decoder.decode(Served.self, from: Data(try group.serve().output.utf8))
        #expect(served.accepted == 0 && served.replayed == 1 && served.sequence == 1)
    }

    @Test("a site that counts senders by other prefixes does not submit, and one without keys is told how to make them")
    func needs() throws {
        let group = try Group()
        let directory = group.scratch.path + "/site0"
        let submit = ["senders", "submit", "--output", group.scratch.path, "--set", "data_directory=\(directory)"]
        let other = try Argot(submit + ["--set", "senders_ipv4_prefix=24"])
        #expect(other.status == 1 && other.errors.contains("must be 32 and 64"))
        try FileManager.default.removeItem(atPath: directory + "/signing.key")
        let none = try Argot(submit)
        #expect(none.status == 1 && none.errors.contains("argot senders key new"))
        let made = try Argot("senders", "key", "new", "--set", "data_directory=\(directory)")
        #expect(made.status == 0 && made.output.contains("ed25519:"))
        // Keys belong to whom their directory belongs to, whoever makes them.
        try FileManager.default.removeItem(atPath: directory + "/group.key")
        if getuid() == 0 { chown(directory, 65_534, 65_534) }
        #expect(try Argot("senders", "key", "new", "--group", "--set", "data_directory=\(directory)").status == 0)
        #expect(try Argot("senders", "key", "new", "--file", directory + "/second.key").status == 0)
        for key in ["group.key", "second.key"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: directory + "/" + key)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            if getuid() == 0 { #expect((attributes[.ownerAccountID] as? NSNumber)?.intValue == 65_534, "\(key)") }
        }
        let again = try Argot("senders", "key", "new", "--group", "--set", "data_directory=\(directory)")
        #expect(again.status == 1 && again.errors.contains("is kept"))
        let twice = try Argot("senders", "key", "new", "--set", "data_directory=\(directory)")
        #expect(twice.status == 1 && twice.errors.contains("is kept"))
    }
}
