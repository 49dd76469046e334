/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * usdt [N [FILE [SECONDS]]] -- fires probes of its own N times (1): trig:::plain, with arguments in every
 * kind of place; trig:::two-sites, at two; trig:::on-demand, if somebody raised its semaphore. With
 * a FILE, all this begins when that is there (two minutes at most, or SECONDS), and in the end it says on stdout how
 * often on-demand was.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "probes.h"

SEMAPHORE(trig, on__demand);
struct item {
	uint16_t small;
	int8_t tiny;
	int32_t numbers[4];
};
static const char text[] = "some text";
int32_t trig_global = -77;

__attribute__((noinline)) static void fire(int i, const char *s, struct item *it)
{
	uint64_t wide = 0x8877665544332211ull + (strlen(s) == 0); /* the text is in memory now */
	int64_t index = 2;

	PROBE(trig, plain,
	      "-4@%0 8@%1 4@$7 -1@$-7 2@%2 -1@%3 -4@4(%4,%5,4) 1@%h6 -4@trig_global(%%rip) "
	      "8f@%%xmm0",
	      "r"(i), "r"(s), "m"(it->small), "m"(it->tiny), "r"(it), "r"(index), "Q"(wide));
	PROBE(trig, two__sites, "-4@%0", "r"(i));
	PROBE(trig, two__sites, "-4@%0 -4@$5", "m"(i));
}

int main(int argc, char **argv)
{
	struct item it = {.small = 65535, .tiny = -3, .numbers = {10, 20, -30, 40}};
	int n = argc > 1 ? atoi(argv[1]) : 1, demanded = 0;
	int seconds = argc > 3 ? atoi(argv[3]) : 120;

	for (int ms = 0; argc > 2 && access(argv[2], F_OK) && ms < 1000 * seconds; ms++)
		usleep(1000);
	for (int i = 0; i < n; i++) {
		fire(i, text, &it);
		if (trig_on__demand_semaphore) {
			PROBE_SEM(trig, on__demand, "-4@%0", "nor"(i));
			demanded++;
		}
	}
	if (argc > 2)
		printf("demanded %d\n", demanded);
	return 0;
}
