/* SPDX-License-Identifier: BSD-2-Clause */
/* spin SECONDS -- keeps a CPU busy in user space for so long. */
#include <stdlib.h>
#include <time.h>

static volatile unsigned long counter;

int main(int argc, char **argv)
{
	time_t end = time(NULL) + (argc > 1 ? atol(argv[1]) : 1);

	while (time(NULL) < end)
		for (int i = 0; i < 1000000; i++)
			counter++;
	return 0;
}
