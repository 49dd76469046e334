double_of entry
twice return

