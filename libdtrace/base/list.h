/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Doubly linked lists of anything that has `next` and `prev`, in anything that has `first` and `last`:
 * blocks of instructions, of both kinds.
 */
#ifndef DT_BASE_LIST_H
#define DT_BASE_LIST_H

/* Puts `i` before `at`, or at the end if that is NULL. */
#define DT_LIST_INSERT(list, at, i)                             \
	do {                                                    \
		(i)->next = (at);                               \
		(i)->prev = (at) ? (at)->prev : (list)->last;   \
		*((i)->prev ? &(i)->prev->next : &(list)->first) = (i); \
		*((i)->next ? &(i)->next->prev : &(list)->last) = (i);  \
	} while (0)

#define DT_LIST_REMOVE(list, i)                                 \
	do {                                                    \
		*((i)->prev ? &(i)->prev->next : &(list)->first) = (i)->next; \
		*((i)->next ? &(i)->next->prev : &(list)->last) = (i)->prev;  \
	} while (0)

#endif
