/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * OUT-09: trace() of every width and sign.
 */

BEGIN { trace((int64_t)-1); }
BEGIN { trace((int32_t)-2); }
BEGIN { trace((int16_t)-3); }
BEGIN { trace((int8_t)-4); }
BEGIN { trace((uint64_t)1); }
BEGIN { trace((uint32_t)2); }
BEGIN { trace((uint16_t)3); }
BEGIN { trace((uint8_t)4); exit(0); }
