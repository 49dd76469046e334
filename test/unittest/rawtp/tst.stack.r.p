#!/bin/sh
# The same function, in whichever of its places; which of the two comes first is not promised.
exec sed -E 's/\+0x[0-9a-f]+//; s/^ +//'
