/* SPDX-License-Identifier: BSD-2-Clause */
/* What tst.declarations.d uses. */
typedef unsigned long long bignum_t;
struct pair { int first; bignum_t second; };
typedef struct pair pair_t;
enum colour { RED, GREEN = 5, BLUE };
inline int ANSWER = 42;
inline string WORD = "library";
#pragma D attributes Stable/Stable/Common ANSWER
inline int twice[int x] = x + x;
