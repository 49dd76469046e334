/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * OUT-11: a string takes 33 columns.
 */

BEGIN { trace("short"); }
BEGIN { trace("a string that is longer than thirty-three columns"); }
BEGIN { trace("a"); trace("b"); exit(0); }
