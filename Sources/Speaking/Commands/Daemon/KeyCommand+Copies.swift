import ArgumentParser
import Configuration
import FoundationEssentials
import Keeping
import KeyedHashing
import Terminal

extension KeyCommand {
    /// The key of a configuration.
    static func key(of configuration: Configuration) throws -> HashingKey {
        let file = configuration.files.hashingKey
        do throws(HashingKeyError) {
            return try HashingKey.load(file: file)
        } catch {
            throw CommandError("\(error)")
        }
    }

    /// `argot key show`
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints the id of hashing.key, by which servers of one site see that they have the same.",
            discussion: "The id tells nothing about the key.")

        @OptionGroup var sources: SourceOptions

        func run() throws { print(try KeyCommand.key(of: sources.load()).id) }
    }

    /// `argot key export`
    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints hashing.key as text, for argot key import at another server of the site.",
            discussion: """
                Whoever reads the text can tell which addresses are behind the hashes of this site: let nobody see it, \
                and keep no copy of it. Between two servers:

                    argot key export | ssh root@mx2 argot key import --yes
                """)

        @OptionGroup var sources: SourceOptions

        func run() throws { print(try KeyCommand.key(of: sources.load()).exported) }
    }

    /// `argot key import`
    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Puts a key that argot key export has printed, on standard input, into the place of hashing.key.",
            discussion: """
                argotd must not be running: stop it first, and start it afterwards. What is stored under another key is \
                forgotten, as with argot key rotate. Where the key is the same already, nothing changes.
                """)

        @Flag(name: .long, help: "Confirm: what is stored under the present key is forgotten.")
        var yes = false

        @OptionGroup var control: ControlOptions

        func run() throws {
            let configuration = try control.sources.load()
            let text = readLine(strippingNewline: true) ?? ""
            let key: HashingKey
            do throws(HashingKeyError) {
                key = try HashingKey(exported: text)
            } catch {
                throw CommandError(
                    "standard input holds no key: 64 hexadecimal digits are expected, as argot key export prints them")
            }
            let file = configuration.files.hashingKey
            if FileManager.default.fileExists(atPath: file), try KeyCommand.key(of: configuration).id == key.id {
                return print("\(file) holds this key already (\(key.id))")
            }
            try Rotate.replace(by: key, configuration, control, isConfirmed: yes)
            print("\(file) holds the key \(key.id): start argotd again")
        }
    }
}
