import Dialects
import Sink
import Terminal

/// The catalogue of reply variations, printed.
enum CatalogueListing {
    private struct Row: Encodable {
        let id: String
        let stage: String
        let `class`: String
        let harm: String
        let milter: Bool
        let reply: String
    }

    static func print(json: Bool) throws {
        let rows = VariationCatalogue.all.map { variation in
            Row(
                id: variation.id, stage: variation.stage.rawValue, class: variation.variationClass.rawValue,
                harm: variation.harm.rawValue, milter: variation.isPossibleForMilter, reply: example(of: variation))
        }
        if json { return try Output.json(rows) }
        Output.table(
            ["VARIATION", "CLASS", "HARM", "MILTER", "REPLY"],
            rows.map { [$0.id, $0.class, $0.harm, $0.milter ? "yes" : "no", $0.reply] })
        Commands.print("\(rows.count) variations")
    }

    /// What is sent in place of a simple reply, line ends as escapes, pauses as seconds.
    private static func example(of variation: ReplyVariation) -> String {
        let code = variation.stage.successCode
        let ordinary =
            variation.stage == .ehlo ? OrdinaryReply(code, "mx.example.org", "SIZE") : OrdinaryReply(code, "Ok")
        return variation.pieces(insteadOf: ordinary).map { piece in
            let text = piece.bytes.map { byte in
                switch byte {
                case 0x0d: "\\r"
                case 0x0a: "\\n"
                default: String(UnicodeScalar(byte))
                }
            }.joined()
            return piece.pause > 0 ? " ~\(Double(piece.pause) / 1_000)s " + text : text
        }.joined()
    }
}
