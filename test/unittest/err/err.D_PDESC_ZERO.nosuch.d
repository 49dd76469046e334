/* SPDX-License-Identifier: BSD-2-Clause */
nosuchprovider:::probe { exit(0); }
