/* PD-02: word that starts a declaration, or a description */
int a;
size_t b;
size_t *c;
size_t*d;
string e;
probe_name { }
probe*name { }
int:x { }
self int f;
BEGIN { }
