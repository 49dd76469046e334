/* SPDX-License-Identifier: BSD-2-Clause */
io:::start { trace(args[3]); }
