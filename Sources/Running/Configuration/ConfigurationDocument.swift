/// The configuration file as it is shipped: every key explained, every default behind a `#`.
public enum ConfigurationDocument {
    /// The longest line of an explanation.
    private static let width = 78

    private static let introduction = """
        Configuration of argotd, the Argot mail filter.

        Every setting below is the default, commented out with a "#". Remove the "#" to change a value, or better, put \
        settings into separate files, /etc/argot/argotd.conf.d/NAME.conf: they are read after this one in the order \
        of their names, and a later setting replaces an earlier one. "systemctl reload argotd" makes new values take \
        effect, unless a key needs a restart.

        The form is "key = value". A line that starts with a blank continues the previous one. Comments must be on \
        separate lines. Lists are separated by blanks or commas. Times are whole numbers with s, m, h, d or w, or \
        seconds; sizes are whole numbers with k, m or g, or bytes; fractions are written 0.25 or 25%. Domains may be \
        written in letters of any script or as xn-- names: both are the same domain.
        """

    /// The shipped file. Read back, it changes nothing; with the `#` before each setting removed, it says what the
    /// defaults are.
    public static func commentedFile() -> String {
        var lines = comment(introduction)
        for section in ConfigurationSection.all {
            lines += ["", "", "# " + section.title.uppercased(), "#"] + comment(section.introduction)
            for key in section.keys {
                lines += [""] + comment(key.summary) + comment("(\(key.synopsis))")
                lines.append(key.defaultText.isEmpty ? "#\(key.name) =" : "#\(key.name) = \(key.defaultText)")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The text as comment lines.
    private static func comment(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { paragraph in
            wrapped(paragraph).map { $0.isEmpty ? "#" : "# " + $0 }
        }
    }

    /// The paragraph broken into lines, at least one.
    private static func wrapped(_ paragraph: Substring) -> [String] {
        var lines = [""]
        for word in paragraph.split(separator: " ") {
            let last = lines.count - 1
            if lines[last].isEmpty {
                lines[last] = String(word)
            } else if lines[last].utf8.count + word.utf8.count + 3 <= width {
                lines[last] += " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}
