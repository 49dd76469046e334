plain
speculated

