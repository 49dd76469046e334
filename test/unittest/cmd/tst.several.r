first
script

