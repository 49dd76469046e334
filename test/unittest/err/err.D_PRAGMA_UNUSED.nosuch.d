/* SPDX-License-Identifier: BSD-2-Clause */
#pragma D attributes Evolving/Evolving/Common nosuch
BEGIN { trace(1); }
