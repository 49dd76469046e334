yes
not two

