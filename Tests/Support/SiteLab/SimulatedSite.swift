import Decision
import Dialects
import Foundation
import KeyedHashing
import Policy
import SMTP

/// An installation of Argot without a mail server: a policy, a model, a memory, and a clock that the caller moves.
public final class SimulatedSite {
    /// What a message met with.
    public enum Answer: Sendable, Hashable {
        /// It was taken.
        case taken
        /// It was refused temporarily, for these reasons.
        case deferred([String])
        /// It was refused for good, for these reasons.
        case refused([String])

        /// Whether it was taken.
        public var isTaken: Bool { self == .taken }
    }

    /// The shipped model, compiled once.
    public static let shipped = DecisionSnapshot(
        model: .starter(), modelSource: "built-in", policy: PolicyConfiguration())

    /// A model of a few dialects, which is quickly compiled and quick to follow.
    public static let small = DecisionSnapshot(
        model: DialectModel(
            dialects: DialectModel.starter().dialects.filter {
                ["postfix", "exim4", "python-smtplib", "mydoom", "festi", "ylmf-pc"].contains($0.name)
            }), modelSource: "some", policy: PolicyConfiguration())

    /// Policy and machines in force.
    public private(set) var snapshot: DecisionSnapshot
    /// What is remembered.
    public let memory: DecisionMemory
    /// Where a milter's view is simulated.
    public let vantage: Vantage
    /// The time in seconds.
    public var now: Int64 = 1_780_000_000

    /// A site with nothing remembered.
    public init(
        _ policy: PolicyConfiguration, on machines: DecisionSnapshot = SimulatedSite.shipped,
        vantage: Vantage = .milterPostfix
    ) throws {
        let policy = Self.lookingNamesUp(policy)
        snapshot = machines.under(policy)
        self.vantage = vantage
        memory = DecisionMemory(key: try HashingKey(bytes: 1...32), policy: policy)
    }

    /// Takes another policy, as a reload does.
    public func reconfigure(_ policy: PolicyConfiguration) {
        let policy = Self.lookingNamesUp(policy)
        snapshot = snapshot.under(policy)
        memory.reconfigure(policy)
    }

    /// The mail server looks names up, and nobody need be seen to have one first.
    private static func lookingNamesUp(_ policy: PolicyConfiguration) -> PolicyConfiguration {
        var policy = policy
        policy.nameLookups = .yes
        return policy
    }

    /// The time.
    public var time: UnixTime { UnixTime(seconds: now) }

    /// One session with one message.
    ///
    /// - Parameters:
    ///   - unknown: how many recipients that do not exist are asked for first.
    ///   - headers: the fields; `nil` for a client that leaves after RCPT.
    public func session(
        _ peers: SessionPeers, helo: String, isExtended: Bool = true, mail: String, recipients: [String],
        unknown: Int = 0, headers: [(String, String)]? = [("From", "a@b.example"), ("Subject", "x")]
    ) -> Answer {
        let judge = begin(peers)
        take(.helo, helo, judge)
        if vantage.tellsHELOFromEHLO { take(.proto, isExtended ? "ESMTP" : "SMTP", judge) }
        take(.mail, mail, judge)
        for number in 0..<unknown {
            let text = "<gone\(number)@example.org>: Recipient address rejected: User unknown in local recipient table"
            take(.refused, "5.1.1\0\(text)", judge)
            take(.rcpt, "<gone\(number)@example.org>", judge)
        }
        var worst: Answer = .taken
        for recipient in recipients {
            let answer = take(.rcpt, recipient, judge)
            if !answer.isTaken { worst = answer }
        }
        guard worst.isTaken, let headers else {
            take(.abort, "", judge)
            return worst
        }
        take(.data, "", judge)
        for (name, value) in headers { take(.header, "\(name)\0\(value)", judge) }
        take(.eoh, "", judge)
        return take(.eom, "", judge)
    }

    private func begin(_ peers: SessionPeers) -> SessionJudge {
        SessionJudge(id: "site", snapshot: snapshot, memory: memory, peers: peers, vantage: vantage)
    }

    /// Hands the judge an event; says what is answered to it.
    @discardableResult
    private func take(_ kind: SessionEvent.Kind, _ parts: String, _ judge: SessionJudge) -> Answer {
        let bytes = Array(parts.utf8)
        return judge.take(kind, bytes.span, at: time).decision.map(Self.answer) ?? .taken
    }

    /// What a client is answered that asks for somebody who does not exist, and then for somebody who does; `nil` when
    /// that one is accepted.
    public func reply(
        to client: SimulatedClient, asking missing: String, refusedWith text: String, then recipient: String
    ) -> String? {
        let judge = begin(client.peers)
        take(.helo, client.helo, judge)
        take(.mail, client.sender, judge)
        take(.refused, "5.1.1\0\(text)", judge)
        take(.rcpt, missing, judge)
        let bytes = Array(recipient.utf8)
        let reply = judge.take(.rcpt, bytes.span, at: time).decision?.reply
        take(.abort, "", judge)
        return reply.map { "\($0)" }
    }

    private static func answer(_ decision: Decision) -> Answer {
        guard let reply = decision.reply else { return .taken }
        let reasons = decision.record.words
        return reply.isTemporary ? .deferred(reasons) : .refused(reasons)
    }
}
