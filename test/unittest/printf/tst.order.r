abc
d 1 e

