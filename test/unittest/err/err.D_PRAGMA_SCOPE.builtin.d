/* SPDX-License-Identifier: BSD-2-Clause */
#pragma D attributes Evolving/Evolving/Common pid
BEGIN { trace(1); }
