[barbaz]
[foobarbaz]
[z]
1

