yes
lit
a

