/* SPDX-License-Identifier: BSD-2-Clause */
/* What ops.def says of each operation. */
#include "ir/ir.h"

static const struct {
	const char *text, *flags;
} ops[] = {
#define IR_OP(name, text, flags) {text, flags},
#include "ir/ops.def"
#undef IR_OP
};

bool ir_op_has(unsigned op, char flag)
{
	return op < IR_OP_COUNT && strchr(ops[op].flags, flag);
}

const char *ir_op_text(unsigned op)
{
	return op < IR_OP_COUNT ? ops[op].text : "?";
}
