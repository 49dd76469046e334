/* SPDX-License-Identifier: BSD-2-Clause */
BEGIN { trace(fds[0]->fi_name); }
