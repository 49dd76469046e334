5 word

