4
[b]
[hell]
1
[/ad]

