10 20 inlined

