/* SPDX-License-Identifier: BSD-2-Clause */
provider p { probe a(int,int,int,int,int,int,int,int,int,int,int,int,int,int,int,int,int,int,int,int,int,int,int,int,int,int,int,int,int,int,int,int,int); };
BEGIN { trace(1); }
