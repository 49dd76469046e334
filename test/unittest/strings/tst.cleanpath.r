[/foo/bar]
[/foo/bar]
[/bar]
[/foo/bar]
[/c]
[/x]

