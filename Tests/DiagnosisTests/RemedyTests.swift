import Diagnosis
import Foundation
import Processes
import SMTP
import Sockets
import Testing

private let settings = FilterSettings(
    socket: .unix(path: "/var/spool/postfix/argot/argot.sock"),
    socketText: "unix:/var/spool/postfix/argot/argot.sock")

private let argot =
    "{ unix:argot/argot.sock, connect_timeout=2s, command_timeout=5s, content_timeout=10s, default_action=accept }"
private let rspamd = "{ inet:127.0.0.1:11332, default_action=tempfail, {connect_macros = j v} }"
private let dkim = "inet:localhost:8891"
private let smtp = "smtp inet n - y - - smtpd"
private let submission = "submission inet n - y - - smtpd -o smtpd_sasl_auth_enable=yes"

@Suite("What doctor advises, done", .enabled(if: PrivateSite.isPossible, "needs Postfix"))
struct RemedyTests {
    /// A configuration, and what is wrong with it.
    struct Case: Sendable, CustomTestStringConvertible {
        var faults: [String]
        var main: [String]
        var master: [String] = [smtp]
        var testDescription: String { faults.joined(separator: " ") + " " + main.joined(separator: "; ") }
    }

    static let lists: [Case] = [
        Case(faults: ["postfix.milter-missing"], main: ["smtpd_milters = \(rspamd), \(dkim)"]),
        Case(
            faults: ["postfix.milter-missing"],
            main: ["x_milters = \(rspamd)", "smtpd_milters = $x_milters,\n  \(dkim)"]),
        Case(faults: ["postfix.milter-missing"], main: ["smtpd_milters = \(dkim)"], master: [smtp, submission]),
        Case(
            faults: ["postfix.milter-missing"], main: ["smtpd_milters = \(rspamd), \(argot)"],
            master: ["smtp inet n - y - - smtpd -o smtpd_milters=$undefined", "26 inet n - y - - smtpd"]),
        Case(
            faults: ["postfix.milter-missing"], main: ["smtpd_milters = \(argot)"],
            master: ["smtp inet n - y - - smtpd -o { smtpd_milters = \(rspamd) } -o syslog_name=postfix/in"]),
        Case(
            faults: ["postfix.milter-missing"], main: ["smtpd_milters = \(argot)"],
            master: ["smtp inet n - y - - smtpd -o receive_override_options=no_address_mappings,no_milters"]),
        Case(
            faults: ["postfix.default-action"],
            main: ["smtpd_milters = \(rspamd), \(dkim), \(argot.replacing(", default_action=accept", with: ""))"]),
        Case(
            faults: ["postfix.default-action"],
            main: ["smtpd_milters = \(dkim), \(argot.replacing("=accept", with: "=quarantine"))"]),
        Case(
            faults: ["postfix.default-action"] + Array(repeating: "postfix.timeout-long", count: 3),
            main: ["on = 1", "smtpd_milters = ${on?{\(rspamd), unix:argot/argot.sock}:{\(dkim)}}"]),
        Case(
            faults: ["postfix.default-action"],
            main: [
                "argot_milter = \(argot.replacing("=accept", with: "=tempfail"))",
                "smtpd_milters = \(rspamd), $argot_milter",
            ]),
        Case(
            faults: ["postfix.default-action"], main: ["smtpd_milters = \(rspamd)"],
            master: [
                "smtp inet n - y - - smtpd -o syslog_name=a -o { smtpd_milters = \(rspamd), "
                    + "\(argot.replacing("=accept", with: "=reject")) } -o smtpd_sasl_auth_enable=no"
            ]),
        Case(faults: ["postfix.order"], main: ["smtpd_milters = \(argot), \(rspamd), \(dkim)"]),
        Case(faults: ["postfix.order"], main: ["a = \(argot)", "smtpd_milters = \(dkim) ${a} \(rspamd)"]),
        Case(faults: ["postfix.listed-twice"], main: ["smtpd_milters = \(argot), \(rspamd), \(argot)"]),
        Case(
            faults: ["postfix.socket"],
            main: ["smtpd_milters = \(rspamd), \(argot.replacing("unix:", with: "unix:/run/"))"]),
        Case(
            faults: ["postfix.timeout-long"],
            main: ["smtpd_milters = \(rspamd), \(argot.replacing("=5s", with: "=50s"))"]),
        Case(
            faults: ["postfix.protocol"], main: ["milter_protocol = 2", "smtpd_milters = \(dkim), \(argot)"]),
        Case(
            faults: ["postfix.non-smtpd"],
            main: ["smtpd_milters = \(rspamd), \(dkim), \(argot)", "non_smtpd_milters = $smtpd_milters"]),
        Case(
            faults: ["postfix.submission"], main: ["smtpd_milters = \(rspamd), \(argot)"], master: [smtp, submission]),
        Case(
            faults: ["postfix.submission", "postfix.submission"],
            main: ["others = \(rspamd), \(dkim)", "smtpd_milters = $others, \(argot)"],
            master: [
                smtp, "2525 inet n - y - - smtpd -o smtpd_sasl_auth_enable=yes",
                "smtps inet n - y - - smtpd -o syslog_name=postfix/smtps",
            ]),
        Case(
            faults: ["postfix.milter-syntax"],
            main: ["smtpd_milters = \(rspamd), \(dkim), unix:argot/argot.sock, default_action=accept"]),
        Case(
            faults: ["postfix.milter-syntax"],
            main: ["smtpd_milters = \(dkim), { unix:argot/argot.sock, comand_timeout=5s, default_action=accept }"]),
        Case(
            faults: ["postfix.milter-syntax"],
            main: ["smtpd_milters = { unix:argot/argot.sock, default_action=accept, \(dkim)"]),
    ]

    @Test(arguments: lists)
    func theListIsRightAfterwardsAndEveryOtherFilterStays(_ site: Case) throws {
        let postfix = try PrivateSite(main: site.main, master: site.master)
        defer { postfix.remove() }
        let faults = try postfix.faults(settings)
        #expect(faults.map(\.id) == site.faults)
        let isReadable = !site.faults.contains("postfix.milter-syntax")
        let before = try postfix.others()
        for fault in faults {
            #expect(!fault.remedy.isEmpty, "\(fault)")
            for line in fault.remedy { try postfix.paste(line) }
        }
        let left = try postfix.faults(settings)
        #expect(left.isEmpty, "\(left)\n\(postfix.text(of: "main.cf"))\(postfix.text(of: "master.cf"))")
        let after = try postfix.others()
        if isReadable {
            #expect(after == before, "\(postfix.text(of: "main.cf"))\(postfix.text(of: "master.cf"))")
        } else {
            for word in [rspamd, dkim] where site.main.contains(where: { $0.contains(word) }) {
                #expect(after["smtp/inet"]?.contains(word) == true, "\(after)")
            }
        }
    }

    /// What is wrong elsewhere: each remedy changes that, and the filters stay.
    static let others: [Case] = [
        Case(faults: ["postfix.peername"], main: ["smtpd_milters = \(dkim), \(argot)", "smtpd_peername_lookup = no"]),
        Case(
            faults: ["postfix.peername"], main: ["smtpd_milters = \(dkim), \(argot)"],
            master: [smtp + " -o smtpd_peername_lookup=no"]),
        Case(
            faults: ["postfix.networks-wide"],
            main: ["smtpd_milters = \(argot)", "mynetworks = 127.0.0.0/8, 0.0.0.0/0, [::1]/128"]),
        Case(
            faults: ["postfix.policy-missing"],
            main: [
                "smtpd_milters = \(argot)",
                "smtpd_recipient_restrictions = reject_unauth_destination, check_policy_service inet:127.0.0.1:10023, permit",
            ]),
        Case(
            faults: ["postfix.policy-action"],
            main: [
                "smtpd_milters = \(argot)",
                "smtpd_recipient_restrictions = check_policy_service inet:127.0.0.1:10023,\n check_policy_service "
                    + "unix:argot/policy.sock",
            ]),
        Case(
            faults: ["postfix.policy-unreached"],
            main: [
                "smtpd_milters = \(argot)",
                "smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, permit, "
                    + "check_policy_service { unix:argot/policy.sock, default_action=DUNNO }",
            ]),
        Case(
            faults: ["postfix.policy-late"],
            main: [
                "smtpd_milters = \(argot)", "smtpd_recipient_restrictions = reject_unauth_destination",
                "smtpd_end_of_data_restrictions = check_policy_service inet:127.0.0.1:9, check_policy_service "
                    + "{ unix:argot/policy.sock, default_action=DUNNO }",
            ]),
        Case(
            faults: ["postfix.policy-early"],
            main: [
                "smtpd_milters = \(argot)", "smtpd_delay_reject = no",
                "smtpd_client_restrictions = permit_mynetworks, check_policy_service "
                    + "{ unix:argot/policy.sock, default_action=DUNNO }",
            ]),
        Case(
            faults: ["postfix.policy-socket"],
            main: [
                "smtpd_milters = \(argot)",
                "smtpd_recipient_restrictions = check_policy_service { unix:argot/other.sock, default_action=DUNNO }",
            ]),
    ]

    @Test(arguments: others)
    func whatIsWrongElsewhereIsMendedThere(_ site: Case) throws {
        let postfix = try PrivateSite(main: site.main, master: site.master)
        defer { postfix.remove() }
        var asking = settings
        if site.faults[0].hasPrefix("postfix.policy") {
            asking.policySocket = .unix(path: "/var/spool/postfix/argot/policy.sock")
        }
        let faults = try postfix.faults(asking)
        #expect(faults.map(\.id) == site.faults)
        let before = try postfix.others()
        for line in faults.flatMap(\.remedy) { try postfix.paste(line) }
        let left = try postfix.faults(asking)
        #expect(left.isEmpty, "\(left)\n\(postfix.text(of: "main.cf"))\(postfix.text(of: "master.cf"))")
        #expect(try postfix.others() == before)
        // Another policy service stays, and so do the words that were there.
        let text = postfix.text(of: "main.cf")
        for word in ["inet:127.0.0.1:10023", "permit_mynetworks", "reject_unauth_destination", "inet:127.0.0.1:9,"]
        where site.main.contains(where: { $0.contains(word) }) {
            #expect(text.contains(word.replacing(",", with: "")), "\(text)")
        }
    }

    /// A quotation mark in somebody's list comes through the shell.
    @Test func apostrophesAreQuoted() throws {
        let odd = "{ unix:o'dd/sock, default_action=accept }"
        let postfix = try PrivateSite(main: ["smtpd_milters = \(odd)"], master: [smtp])
        defer { postfix.remove() }
        for line in try postfix.faults(settings).flatMap(\.remedy) { try postfix.paste(line) }
        #expect(postfix.text(of: "main.cf").contains("smtpd_milters = \(odd), \(argot)\n"))
    }
}
