import ArgumentParser

ArgotDaemon.main()
