import ClientLab

let lab = try ScratchDirectory()
var instances: [PostfixInstance] = []
let clock = ContinuousClock()
for variant in PostfixVariant.allCases {
    let instance = try PostfixInstance(directory: "\(lab.path)/\(variant)", variant: variant, offersTLS: true)
    print(try clock.measure { try instance.start() }, instance.port)
    instances.append(instance)
}
for instance in instances {
    let socket = try LoopbackSocket(port: instance.port)
    func say(_ text: String) throws {
        try socket.write(Array(text.utf8))
        print(String(decoding: try socket.read(until: .after(.seconds(3))), as: UTF8.self), terminator: "")
    }
    print(String(decoding: try socket.read(until: .after(.seconds(3))), as: UTF8.self), terminator: "")
    try say("EHLO x.example\r\n")
    try say("MAIL FROM:<a@b.example>\r\n")
    try say("RCPT TO:<nosuch@lab.example>\r\n")
    try say("RCPT TO:<user1@lab.example>\r\n")
    try say("RCPT TO:<user2@lab.example>\r\n")
    try say("RCPT TO:<user2@other.example>\r\n")
    try say("DATA\r\n")
    try say("Subject: x\r\n\r\nbody\r\n.\r\n")
    try instance.waitUntilDelivered(2)
    print(clock.measure { instance.stop() })
    print(instance.log)
}
