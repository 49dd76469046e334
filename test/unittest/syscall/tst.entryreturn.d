/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SC-01: entries and returns pair up.
 * @@trigger: calls getppid=50
 */

#pragma D option quiet

syscall::getppid:entry /pid == $target/ { @["entry"] = count(); }
syscall::getppid:return /pid == $target/ { @["return"] = count(); }
