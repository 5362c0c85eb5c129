import ClientLab

let lab = try ScratchDirectory()
let instance = try PostfixInstance(directory: "\(lab.path)/postfix")
try instance.start()
for persona in Persona.all {
    let run = try PersonaRun(persona, port: instance.port, to: ["user1@lab.example", "nosuch@lab.example"])
    print("--", persona.name, run.isDelivered, run.record.decidingReply!)
    for exchange in run.record.exchanges { print("   ", exchange.command, "->", exchange.reply?.lines.last ?? "nil") }
}
print(instance.log)
instance.stop()
lab.remove()
