/* GRM-12..14: struct, union, enum */
struct s {
	int a, *b;
	unsigned c : 3, : 5, d : 1 + 1;
	struct { int e; };
	union u { char f[4]; long g; } h;
	enum { A, B = 3, C } i;
	struct s *next;
	int string, self;
};
enum color { RED, GREEN = RED + 2, };
struct fwd;
typedef union { int x; } anon_t;
