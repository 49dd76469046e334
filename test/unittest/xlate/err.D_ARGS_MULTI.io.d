/* SPDX-License-Identifier: BSD-2-Clause */
io:::start, proc:::exit { trace(args[0]); }
