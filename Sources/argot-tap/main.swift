import Tapping

TapMain.run()
