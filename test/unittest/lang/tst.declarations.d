/* GRM-11, GRM-15, GRM-16: declarations of all C forms */
int a, *b, c[3], *d[3], (*e)[3], (*f)(int, char *), *g(void), (*h[2])(void);
unsigned long long int i;
const char *const *volatile j;
extern int k;
extern int printf(const char *, ...);
string l;
self int m;
this char *n;
struct s *o;
int p[int, string], q[struct s *, size_t];
int r[2][3];
typedef int (*fn_t)(fn_t *x, int);
fn_t *t;
char u[];
self string v[int];
uint64_t w[uint64_t];
