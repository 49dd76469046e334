[deadbeef]
[1000]
[0]
[         abc]

