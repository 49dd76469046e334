a-5 255
b|/a|llo
1 1

