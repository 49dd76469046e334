/* SPDX-License-Identifier: BSD-2-Clause */
#pragma D option amin=Evolving/Evolving/Common
#pragma D attributes Private/Private/Common secret
inline int secret = 5;
BEGIN { trace(secret); }
