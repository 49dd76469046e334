[tab\there]
[line\n]
[plain]

