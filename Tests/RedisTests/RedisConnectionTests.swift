import Redis
import RedisLab
import ScratchFiles
import Testing

/// With a real Redis, at a unix socket.
@Suite("Connections to a Redis", .serialized)
struct RedisConnectionTests {
    private func open(
        _ server: RedisServer, as credentials: RedisCredentials = RedisCredentials(), limit: Int = 1 << 20
    ) throws -> RedisConnection {
        try RedisConnection.open(
            RedisAddress(server.address), as: credentials, patience: .seconds(5), maximumReply: limit)
    }

    private func code(_ body: () throws -> Void) -> RedisError.Code? {
        do {
            try body()
            return nil
        } catch {
            return (error as? RedisError)?.code
        }
    }

    @Test("ask one thing or many, and get every kind of answer")
    func answers() throws {
        let scratch = try Scratch()
        let server = try RedisServer(in: scratch.path)
        var connection = try open(server)
        #expect(try connection.ask("PING") == .status("PONG"))
        #expect(try connection.ask("GET", "nothing") == .none)
        #expect(try connection.ask("INCR", "count") == .integer(1))
        let bytes: [UInt8] = [0, 13, 10, 255]
        #expect(try connection.ask([Array("SET".utf8), [0], bytes]) == .status("OK"))
        #expect(try connection.ask([Array("GET".utf8), [0]]) == .bytes(bytes))
        #expect(try connection.ask("SET", "empty", "") == .status("OK"))
        #expect(try connection.ask("GET", "empty") == .bytes([]))
        #expect(try connection.ask("INCR", "empty").refusal?.hasPrefix("ERR") == true)
        let all = try connection.ask(all: (0..<5_000).map { [Array("ECHO".utf8), Array("\($0)".utf8)] })
        #expect(all.map(\.text) == (0..<5_000).map { "\($0)" })
        #expect(
            try connection.ask("EVAL", "return {1,{2,'x'},false}", "0")
                == .array([.integer(1), .array([.integer(2), .bytes(Array("x".utf8))]), .none]))
    }

    @Test("want the password, refuse a wrong one, and tell that something is no primary")
    func login() throws {
        let scratch = try Scratch()
        let server = try RedisServer(in: scratch.path, ["--requirepass", "secret"])
        #expect(code { _ = try open(server) } == .password)
        #expect(code { _ = try open(server, as: RedisCredentials(password: "wrong")) } == .password)
        var connection = try open(server, as: RedisCredentials(password: "secret"))
        #expect(try connection.ask("PING") == .status("PONG"))
        let user = ["ACL", "SETUSER", "reader", "on", ">word", "~*", "+ping", "+role"]
        #expect(try server.tell(user) == "OK")
        var reader = try open(server, as: RedisCredentials(user: "reader", password: "word"))
        #expect(code { _ = try reader.demand("SET", "x", "y") } == .permission)
        try server.tell("REPLICAOF", "127.0.0.1", "1")
        let error = #expect(throws: RedisError.self) { _ = try open(server, as: RedisCredentials(password: "secret")) }
        #expect(error?.code == .readOnly && error?.description.contains("slave") == true)
        #expect("\(RedisCredentials(password: "secret"))".contains("secret") == false)
    }

    @Test("read no more of an answer than allowed")
    func large() throws {
        let scratch = try Scratch()
        let server = try RedisServer(in: scratch.path)
        try server.tell("SETRANGE", "large", "100000000", "x")
        var connection = try open(server)
        #expect(code { _ = try connection.ask("GET", "large") } == .tooLarge)
        var other = try open(server)
        #expect(try other.ask("GETRANGE", "large", "0", "9").bytes == Array(repeating: 0, count: 10))
        for number in 0..<50_000 where number.isMultiple(of: 10_000) {
            _ = try other.ask(all: (0..<10_000).map { [Array("RPUSH".utf8), Array("list".utf8), Array("\($0)".utf8)] })
        }
        var third = try open(server, limit: 10_000)
        #expect(code { _ = try third.ask("LRANGE", "list", "0", "-1") } == .tooLarge)
    }

    @Test("say that nobody listens, that there is no answer in time, and that somebody else answers")
    func trouble() throws {
        let scratch = try Scratch()
        #expect(
            code {
                _ = try RedisConnection.open(
                    RedisAddress("redis:unix:\(scratch.path)/none"), as: .init(), patience: .seconds(1))
            } == .unreachable)
        let server = try RedisServer(in: scratch.path)
        var connection = try open(server)
        connection.setPatience(.milliseconds(200))
        server.hang(true)
        #expect(code { _ = try connection.ask("PING") } == .timeout)
        server.hang(false)
        var second = try open(server)
        server.kill()
        #expect(code { _ = try second.ask("PING") } == .unreachable)
    }
}
