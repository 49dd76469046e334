usdt fire plain
0 some text 7 -7 65535 -3 -30 22 -77 0
0 65535 -3 -77
usdt fire plain
1 some text 7 -7 65535 -3 -30 22 -77 0
1 65535 -3 -77

                4                2                8                1                2
