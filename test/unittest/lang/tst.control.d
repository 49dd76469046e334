/* PRG-01..10: control lines */
#
#ident "this"
#pragma once
#pragma D option quiet
#pragma D attributes Stable/Evolving/Common limit
#pragma D attributes Private/Private/ISA provider app args
#pragma D binding "1.2.3" limit
inline int limit = 3;
BEGIN
{
#line 40 "elsewhere.d"
	trace(limit);
}
