/// One internationalised domain as clients, administrators and logs may write it.
enum SpellingSamples {
    static let spellings = [
        "xn--bcher-kva.example", "XN--BCHER-KVA.Example", "b\u{fc}cher.example", "B\u{dc}CHER.EXAMPLE",
        "bu\u{308}cher.example", "b\u{fc}cher\u{3002}example", "b\u{fc}cher.example.", "xn--bcher-kva.example.",
        "\u{ff42}\u{fc}cher\u{ff0e}example",
    ]
}
