/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * io: requests to disks, their completion, and waiting for it (IO-01 to IO-04).
 *
 * The kernel has an event when a struct bio is submitted, block_bio_queue: that is `start`. When it
 * is done depends on the driver. Most work on requests, and block_rq_complete says that one is
 * done; one request may be several bios that were merged, since they lie side by side, and `done`
 * fires once for them all, with the bytes of all. Others (dm, md, brd, zram) work on the bio itself,
 * and block_bio_complete tells. For each bio there is one or the other.
 *
 * A bio that is worked on itself is advanced: in the end it has no bytes and another sector. So for
 * those `done` also listens to block_bio_queue, and keeps sector and size by the bio's address in
 * between; there its clauses do not run.
 *
 * Waiting: some threads submit a bio and wait for it in the function submit_bio_wait (the file
 * systems' own data, mostly): wait-start and wait-done are its entry and return, where the kernel
 * can trace functions. Between the two, sector and size are kept by thread.
 *
 * The file: a bio that reads or writes the page cache carries its pages, a page knows the mapping
 * it belongs to, a mapping its inode, an inode its names in the directory cache. A page may be
 * something else instead, with other things where its mapping would be; so it is believed only if
 * the inode found points back to the mapping. Reading in a hook never faults.
 *
 *	arg0 struct bio *	arg1 the same		arg2 the directory entry; 0 none, 1 no name
 *	arg3 sector		arg4 bytes		arg5 offset in the file
 *	arg6 error: a blk_status_t, or negative error number
 *
 * which the translators of io.d know.
 */
#include <errno.h>
#include "bpf/features.h"
#include "ir/hook.h"
#include "probe/match.h"
#include "providers.h"

#define IO_MODULE  "vmlinux"
#define PAGE_SHIFT 12

enum { START, DONE, WAIT_START, WAIT_DONE };
static const char *const names[] = {"start", "done", "wait-start", "wait-done"};

/* The bio is the event's last argument. */
static ir_reg bio_of(struct dt_hook *hk, const char *event)
{
	unsigned n = dt_hook_event_args(hk, event);

	return dt_hook_src(hk, (struct dt_argsrc){.kind = DT_ARG_CTX,
						  .off = (int16_t)(n > 1 ? 8 * (n - 1) : 0),
						  .size = 8});
}

/* The first of several names that a member has had; 0 if there is none. */
static ir_reg member(struct dt_hook *hk, ir_reg addr, const char *sou, const char *name,
		     const char *other)
{
	ir_reg v;

	if (dt_hook_member(hk, addr, sou, name, &v) ||
	    (other && dt_hook_member(hk, addr, sou, other, &v)))
		return v;
	return ir_ldi(dt_hook_ir(hk), 0);
}

/* A block that is gone to if v cond imm. The cursor goes on where it is not so. */
static void leave_if(struct ir_builder *b, enum ir_cond c, ir_reg v, int64_t imm,
		     struct ir_block *out)
{
	struct ir_block *stay = ir_block_new(b, NULL);

	ir_bri(b, c, v, imm, out, stay);
	ir_at(b, stay);
}

/*
 * The first page of a compound one, if `page` is another of it: bit 0 of a word says so. The rest
 * is the first one's address; since 7.1 it may be a mask for the page's own, which has the high
 * half set.
 */
static ir_reg head_page(struct dt_hook *hk, ir_reg page)
{
	struct ir_builder *b = dt_hook_ir(hk);
	struct ir_block *tail = ir_block_new(b, "tail"), *mask = ir_block_new(b, "mask"),
			*addr = ir_block_new(b, "address"), *done = ir_block_new(b, "head");
	ir_reg word = member(hk, page, "page", "compound_head", "compound_info");
	ir_reg head = ir_newreg(b);

	ir_mov_to(b, head, page);
	ir_bri(b, IR_NE, ir_op2i(b, IR_AND, word, 1), 0, tail, done);
	ir_at(b, tail);
	ir_bri(b, IR_EQ, ir_op2i(b, IR_SHR, word, 32), 0xffffffffll, mask, addr);
	ir_at(b, mask);
	ir_mov_to(b, head, ir_op2(b, IR_AND, page, word));
	ir_jmp(b, done);
	ir_at(b, addr);
	ir_mov_to(b, head, ir_op2i(b, IR_SUB, word, 1));
	ir_jmp(b, done);
	ir_at(b, done);
	return head;
}

/* The entry of an inode in the directory cache, or 1; `out` gets control if it is no file's. */
static ir_reg entry_of(struct dt_hook *hk, ir_reg inode, struct ir_block *out)
{
	struct ir_builder *b = dt_hook_ir(hk);
	struct ir_block *has = ir_block_new(b, "named"), *done = ir_block_new(b, "entry");
	ir_reg mode = ir_op2i(b, IR_AND, member(hk, inode, "inode", "i_mode", NULL), 0170000);
	ir_reg alias, entry = ir_newreg(b);
	int64_t off = 0;

	leave_if(b, IR_EQ, mode, 0060000, out); /* a device's own pages */
	alias = member(hk, inode, "inode", "i_dentry.first", NULL);
	if (!dt_hook_offsetof(hk, "dentry", "d_u.d_alias", &off))
		dt_hook_offsetof(hk, "dentry", "d_alias", &off);
	ir_ldi_to(b, entry, 1);
	ir_bri(b, IR_NE, alias, 0, has, done);
	ir_at(b, has);
	ir_mov_to(b, entry, ir_op2i(b, IR_SUB, alias, off));
	ir_jmp(b, done);
	ir_at(b, done);
	return entry;
}

/* Arguments 2 and 5: what file the bio's pages belong to, and where in it they are. */
static void find_file(struct dt_hook *hk, ir_reg bio, bool done)
{
	struct ir_builder *b = dt_hook_ir(hk);
	struct ir_block *out = ir_block_new(b, "file");
	uint64_t page_size = dt_hook_sizeof(hk, "page");
	ir_reg entry = ir_newreg(b), offset = ir_newreg(b), vec, page, head, mapping, inode, in;

	ir_ldi_to(b, entry, 0);
	ir_ldi_to(b, offset, 0);
	vec = member(hk, bio, "bio", "bi_io_vec", NULL);
	if (!done) /* a clone begins in the middle of what it shares */
		vec = ir_op2(b, IR_ADD, vec,
			     ir_op2i(b, IR_SHL, member(hk, bio, "bio", "bi_iter.bi_idx", NULL), 4));
	leave_if(b, IR_EQ, vec, 0, out);
	page = member(hk, vec, "bio_vec", "bv_page", NULL);
	leave_if(b, IR_EQ, page, 0, out);
	head = head_page(hk, page);
	mapping = member(hk, head, "page", "mapping", NULL);
	leave_if(b, IR_EQ, mapping, 0, out);
	leave_if(b, IR_NE, ir_op2i(b, IR_AND, mapping, 3), 0, out); /* a process's memory */
	inode = member(hk, mapping, "address_space", "host", NULL);
	leave_if(b, IR_EQ, inode, 0, out);
	leave_if(b, IR_NE,
		 ir_op2(b, IR_SUB, member(hk, inode, "inode", "i_mapping", NULL), mapping), 0, out);
	ir_mov_to(b, entry, entry_of(hk, inode, out));
	in = ir_op2i(b, IR_UDIV, ir_op2(b, IR_SUB, page, head), page_size ? (int64_t)page_size : 1);
	in = ir_op2(b, IR_ADD, in, member(hk, head, "page", "index", "__folio_index"));
	in = ir_op2i(b, IR_SHL, in, PAGE_SHIFT);
	ir_mov_to(b, offset, ir_op2(b, IR_ADD, in, member(hk, vec, "bio_vec", "bv_offset", NULL)));
	ir_jmp(b, out);
	ir_at(b, out);
	dt_hook_arg(hk, 2, entry);
	dt_hook_arg(hk, 5, offset);
}

/* Likewise, if somebody asks. */
static void file_args(struct dt_hook *hk, ir_reg bio, bool done)
{
	if (dt_hook_reads(hk, 2) || dt_hook_reads(hk, 5))
		find_file(hk, bio, done);
}

static ir_reg sector_of(struct dt_hook *hk, ir_reg bio)
{
	return member(hk, bio, "bio", "bi_iter.bi_sector", NULL);
}

static ir_reg bytes_of(struct dt_hook *hk, ir_reg bio)
{
	return member(hk, bio, "bio", "bi_iter.bi_size", NULL);
}

/* Of a bio that is about to be submitted. */
static void new_bio_args(struct dt_hook *hk, ir_reg bio)
{
	dt_hook_arg(hk, 0, bio);
	dt_hook_arg(hk, 1, bio);
	dt_hook_arg(hk, 3, sector_of(hk, bio));
	dt_hook_arg(hk, 4, bytes_of(hk, bio));
	dt_hook_arg(hk, 6, ir_ldi(dt_hook_ir(hk), 0));
	file_args(hk, bio, false);
}

static void emit_start(struct dt_hook *hk, const struct dt_probe *pr, const struct dt_attach *at)
{
	(void)pr;
	new_bio_args(hk, bio_of(hk, at->target));
}

/* Does the driver work on requests? */
static ir_reg has_requests(struct dt_hook *hk, ir_reg bio)
{
	ir_reg disk, dev;

	if (dt_hook_member(hk, bio, "bio", "bi_bdev", &dev))
		disk = member(hk, dev, "block_device", "bd_disk", NULL);
	else
		disk = member(hk, bio, "bio", "bi_disk", NULL);
	return member(hk, member(hk, disk, "gendisk", "queue", NULL), "request_queue", "mq_ops",
		      NULL);
}

/* Keeps a bio's sector and size. 1 is added, so that 0 is nothing kept. */
static void remember(struct dt_hook *hk, ir_reg key, ir_reg bio)
{
	struct ir_builder *b = dt_hook_ir(hk);

	dt_hook_keep(hk, "io_sector", key, ir_op2i(b, IR_ADD, sector_of(hk, bio), 1));
	dt_hook_keep(hk, "io_bytes", key, ir_op2i(b, IR_ADD, bytes_of(hk, bio), 1));
}

static void no_firing(struct dt_hook *hk)
{
	dt_hook_require(hk, IR_NE, ir_ldi(dt_hook_ir(hk), 0), 0);
}

/* `done`, where it begins. */
static void emit_remember(struct dt_hook *hk, const struct dt_probe *pr, const struct dt_attach *at)
{
	ir_reg bio = bio_of(hk, at->target);

	(void)pr;
	dt_hook_require(hk, IR_EQ, has_requests(hk, bio), 0);
	remember(hk, bio, bio);
	no_firing(hk);
}

/* What was kept, or else (tracing began in the meantime) what the bio says now. */
static ir_reg kept(struct dt_hook *hk, const char *table, ir_reg bio, ir_reg now)
{
	struct ir_builder *b = dt_hook_ir(hk);
	struct ir_block *has = ir_block_new(b, "kept"), *done = ir_block_new(b, "was");
	ir_reg v = ir_newreg(b), was = dt_hook_take(hk, table, bio);

	ir_mov_to(b, v, now);
	ir_bri(b, IR_NE, was, 0, has, done);
	ir_at(b, has);
	ir_mov_to(b, v, ir_op2i(b, IR_SUB, was, 1));
	ir_jmp(b, done);
	ir_at(b, done);
	return v;
}

/* Of a bio that is done, from what was kept by this key. */
static void old_bio_args(struct dt_hook *hk, ir_reg key, ir_reg bio)
{
	dt_hook_arg(hk, 0, bio);
	dt_hook_arg(hk, 1, bio);
	dt_hook_arg(hk, 3, kept(hk, "io_sector", key, sector_of(hk, bio)));
	dt_hook_arg(hk, 4, kept(hk, "io_bytes", key, bytes_of(hk, bio)));
	dt_hook_arg(hk, 6, member(hk, bio, "bio", "bi_status", NULL));
	file_args(hk, bio, true);
}

static void emit_bio_done(struct dt_hook *hk, const struct dt_probe *pr, const struct dt_attach *at)
{
	ir_reg bio = bio_of(hk, at->target);

	(void)pr;
	old_bio_args(hk, bio, bio);
}

/* ------------------------------------------------------------------ waiting */

static ir_reg first_arg(struct dt_hook *hk)
{
	return dt_hook_src(hk, (struct dt_argsrc){.kind = DT_ARG_FUNC, .value = 0});
}

static void emit_wait(struct dt_hook *hk, const struct dt_probe *pr, const struct dt_attach *at)
{
	(void)pr, (void)at;
	new_bio_args(hk, first_arg(hk));
}

static void emit_wait_remember(struct dt_hook *hk, const struct dt_probe *pr,
			       const struct dt_attach *at)
{
	ir_reg bio = first_arg(hk), tid = dt_hook_tid(hk);

	(void)pr, (void)at;
	dt_hook_keep(hk, "io_waited", tid, bio);
	remember(hk, tid, bio);
	no_firing(hk);
}

static void emit_wait_done(struct dt_hook *hk, const struct dt_probe *pr,
			   const struct dt_attach *at)
{
	ir_reg tid = dt_hook_tid(hk), bio = dt_hook_take(hk, "io_waited", tid);

	(void)pr, (void)at;
	dt_hook_require(hk, IR_NE, bio, 0);
	old_bio_args(hk, tid, bio);
}

/* ------------------------------------------------------------------ requests */

/* block_rq_complete(request, error, bytes): its first bio, which is not advanced yet. */
static void emit_request_done(struct dt_hook *hk, const struct dt_probe *pr,
			      const struct dt_attach *at)
{
	struct dt_argsrc src = {.kind = DT_ARG_CTX, .off = 0, .size = 8};
	ir_reg bio = member(hk, dt_hook_src(hk, src), "request", "bio", NULL);

	(void)pr, (void)at;
	dt_hook_require(hk, IR_NE, bio, 0);
	dt_hook_arg(hk, 0, bio);
	dt_hook_arg(hk, 1, bio);
	dt_hook_arg(hk, 3, sector_of(hk, bio));
	src = (struct dt_argsrc){.kind = DT_ARG_CTX, .off = 16, .size = 4};
	dt_hook_arg(hk, 4, dt_hook_src(hk, src));
	src = (struct dt_argsrc){.kind = DT_ARG_CTX, .off = 8, .size = 4, .is_signed = true};
	dt_hook_arg(hk, 6, dt_hook_src(hk, src));
	file_args(hk, bio, false);
}

/* ------------------------------------------------------------------ the probes */

static int match(struct dt_registry *r, const struct dt_provider *p, const struct dt_query *q)
{
	if (!dt_glob(q->mod, IO_MODULE) || !dt_glob(q->func, ""))
		return 0;
	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (dt_glob(q->name, names[i]))
			dt_probe_add(r, p, DT_ID_IO + i, p->name, IO_MODULE, "", names[i], i);
	return 0;
}

static int args(struct dt_registry *r, const struct dt_probe *pr, struct dt_types *ts,
		struct dt_argdesc *out, int max)
{
	static const struct {
		const char *type, *native;
		enum dt_type_kind kind;
		unsigned mapping;
	} all[] = {{"bufinfo_t", "dt_iobuf_t", TY_TYPEDEF, 0},
		   {"devinfo_t", "bio", TY_STRUCT, 1},
		   {"fileinfo_t", "dt_iofile_t", TY_TYPEDEF, 2}};
	int n = 0;

	(void)pr;
	for (; n < 3 && n < max; n++) {
		const struct dt_type *t = dt_types_lookup(ts, NULL, TY_TYPEDEF, all[n].type);
		const struct dt_type *from =
			t ? dt_types_lookup(ts, NULL, all[n].kind, all[n].native) : NULL;

		if (!from)
			return dt_registry_error(r, -ENOENT, "no type %s: it is in the D libraries",
						 t ? all[n].native : all[n].type);
		out[n] = (struct dt_argdesc){.type = dt_type_ptr(ts, t),
					     .native = dt_type_ptr(ts, from),
					     .mapping = all[n].mapping};
	}
	return n;
}

static struct dt_argsrc argsrc(const struct dt_probe *pr, const struct dt_attach *at, unsigned n)
{
	(void)pr, (void)at, (void)n; /* emit() gives what there is */
	return (struct dt_argsrc){.kind = DT_ARG_NONE};
}

static int attach_wait(struct dt_registry *r, bool done, struct dt_hooks *out)
{
	struct dt_attach at = {.mech = DT_MECH_KFUNC,
			       .index = DT_INDEX_CONST,
			       .target = "submit_bio_wait",
			       .emit = done ? emit_wait_remember : emit_wait};

	if (r->features && !dt_feature(r->features, FEAT_KPROBE) &&
	    !dt_feature(r->features, FEAT_KPROBE_MULTI) && !dt_feature(r->features, FEAT_FENTRY))
		return dt_registry_error(r, -EOPNOTSUPP,
					 "this kernel has no way to trace its functions: neither "
					 "kprobes nor fentry");
	dt_hook_add(out, at);
	if (done) {
		at.is_return = true;
		at.emit = emit_wait_done;
		dt_hook_add(out, at);
	}
	return 0;
}

static int attach(struct dt_registry *r, const struct dt_probe *pr, struct dt_hooks *out)
{
	struct dt_attach at = {.mech = DT_MECH_RAW_TP,
			       .target = "block_bio_queue",
			       .index = DT_INDEX_CONST,
			       .ctx = DT_CTX_RAW_TP,
			       .emit = pr->priv == DONE ? emit_remember : emit_start};

	if (pr->priv >= WAIT_START)
		return attach_wait(r, pr->priv == WAIT_DONE, out);
	dt_hook_add(out, at);
	if (pr->priv == DONE) {
		at.target = "block_bio_complete";
		at.emit = emit_bio_done;
		dt_hook_add(out, at);
		at.target = "block_rq_complete";
		at.emit = emit_request_done;
		dt_hook_add(out, at);
	}
	return 0;
}

const struct dt_provider dt_prov_io = {
	.name = "io",
	.stability = {.prov = DT_STAB_EVOLVING_ISA,
		      .mod = DT_STAB_PRIVATE,
		      .func = DT_STAB_PRIVATE,
		      .pname = DT_STAB_EVOLVING_ISA,
		      .args = DT_STAB_EVOLVING_ISA},
	.match = match,
	.args = args,
	.argsrc = argsrc,
	.attach = attach,
};
