3 str 13
23

