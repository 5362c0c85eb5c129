import DialectLearning
package import Dialects
import SMTP

/// What hellos and SYNs say of the conversations that were judged: a row for each of their vantages.
package struct ConnectionEvaluation: Encodable {
    /// One vantage.
    package struct Row: Encodable {
        /// `tls` or `tcp`.
        package let vantage: String
        /// Conversations that show a hello, or a SYN.
        package var shown = 0
        /// Of these, those whose library or system the model knows.
        package var known = 0
        /// Of the known ones, those that both honest and hostile dialects have: at `tls` by their hellos, at `tcp` by the
        /// systems that they run on.
        package var mixed = 0
        /// Findings by the label's kind.
        package var honest = Findings()
        package var hostile = Findings()
    }

    /// How often which finding was made.
    package struct Findings: Encodable {
        package var agrees = 0
        package var other = 0
        package var own = 0
        package var unknown = 0

        fileprivate mutating func add(_ finding: ConnectionFinding) {
            switch finding {
            case .agrees: agrees += 1
            case .other: other += 1
            case .own: own += 1
            case .unknown: unknown += 1
            }
        }
    }

    /// The rows.
    package private(set) var rows: [Row]

    /// The findings on an evaluation's conversations, of a model.
    package init(_ cases: [DialectEvaluation.Case], of model: DialectModel) {
        let table = ConnectionTable(model: model)
        let systems = ClientSystem.allCases.filter { system in
            let classes = model.dialects.filter { $0.connection.systems.contains(system) }.map(\.dialectClass.isHostile)
            return Set(classes).count == 2
        }
        var (tls, tcp) = (Row(vantage: ConnectionVantage.tls.rawValue), Row(vantage: ConnectionVantage.tcp.rawValue))
        for one in cases {
            let speakers = one.judgement.beforeData.speakers
            for hello in one.connection.hellos.keys {
                tls.shown += 1
                if let owners = table.owners(of: hello) {
                    tls.known += 1
                    if owners.honest, owners.hostile { tls.mixed += 1 }
                }
                Self.add(table.finding(of: hello, speaking: speakers), one.label, to: &tls)
            }
            guard let syn = one.syn else { continue }
            tcp.shown += 1
            if let system = ClientSystem(syn) {
                tcp.known += 1
                if systems.contains(system) { tcp.mixed += 1 }
            }
            Self.add(table.finding(of: syn, speaking: speakers), one.label, to: &tcp)
        }
        rows = [tls, tcp]
    }

    private static func add(_ finding: ConnectionFinding, _ label: String, to row: inout Row) {
        if DialectEvaluation.isHonest(label) { row.honest.add(finding) }
        if DialectEvaluation.isHostile(label) { row.hostile.add(finding) }
    }

    /// The rows alone.
    package func encode(to encoder: any Encoder) throws { try rows.encode(to: encoder) }
}
