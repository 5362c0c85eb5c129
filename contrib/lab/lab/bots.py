def record_bots(arguments, scratch):
    return 0
