/* CPP-06: what headers bring along */
typedef signed char __int8_t;
extern int fn (const char *__restrict s, ...) __attribute__ ((__nothrow__ , __leaf__));
__extension__ typedef struct { long int __val[2]; } __fsid_t;
extern void *alloc (size_t n) __asm__ ("alloc_v2") __attribute__ ((__malloc__));
extern int cmp (int (*f) (const void *, const void *), char *const a[__restrict]);
struct __attribute__ ((packed)) packed { _Bool b; } ;
# 1 "other.h" 1
typedef unsigned int u_int, *pu_int;
