import WebServer

WebMain.run()
