/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Decision 6: a call with clauses of its own among all calls runs both, in order.
 * @@trigger: calls getppid=2
 */

#pragma D option quiet

syscall:::entry /pid == $target && probefunc == "getppid"/ { printf("all "); }
syscall::getppid:entry /pid == $target/ { printf("own\n"); }
