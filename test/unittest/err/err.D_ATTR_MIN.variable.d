/* SPDX-License-Identifier: BSD-2-Clause */
#pragma D option amin=Evolving/Evolving/Common
#pragma D attributes Private/Private/Common count_of
int count_of;
BEGIN { count_of++; }
