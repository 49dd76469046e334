global self this
self this self
selfthis 8
lft|selfthis
1 1 1

