bare
hz
ns
us
