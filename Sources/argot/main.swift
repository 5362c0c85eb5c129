import Commands

Argot.run()
