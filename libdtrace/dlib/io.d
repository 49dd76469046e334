/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Input and output: bufinfo_t, devinfo_t, fileinfo_t; the open files of a process, fds[].
 *
 * The probes of the io provider hand over more than a struct bio shows when it is done: its
 * translators use their hidden arguments (providers/io.c): arg3 the sector, arg4 the bytes, arg5 the
 * offset in the file, arg6 the error. The types dt_iobuf_t and dt_iofile_t only name these
 * translators.
 */

/* b_flags */
inline int B_BUSY = 0x00000001;
inline int B_DONE = 0x00000002;
inline int B_ERROR = 0x00000004;
inline int B_PAGEIO = 0x00000010;
inline int B_PHYS = 0x00000020;
inline int B_READ = 0x00000040;
inline int B_WRITE = 0x00000100;
inline int B_ASYNC = 0x00000400;

/* fi_oflags, and the flags of open(2) */
inline int O_ACCMODE = 0x0003;
inline int O_RDONLY = 0x0000;
inline int O_WRONLY = 0x0001;
inline int O_RDWR = 0x0002;
inline int O_CREAT = 0x0040;
inline int O_EXCL = 0x0080;
inline int O_NOCTTY = 0x0100;
inline int O_TRUNC = 0x0200;
inline int O_APPEND = 0x0400;
inline int O_NONBLOCK = 0x0800;
inline int O_NDELAY = 0x0800;
inline int O_DSYNC = 0x1000;
inline int O_DIRECT = 0x4000;
inline int O_LARGEFILE = 0x8000;
inline int O_DIRECTORY = 0x10000;
inline int O_NOFOLLOW = 0x20000;
inline int O_NOATIME = 0x40000;
inline int O_CLOEXEC = 0x80000;
inline int O_SYNC = 0x101000;
inline int O_RSYNC = 0x101000;
inline int O_PATH = 0x200000;
inline int O_TMPFILE = 0x410000;

typedef struct bufinfo {
	int b_flags;
	size_t b_bcount;
	caddr_t b_addr;
	uint64_t b_lblkno;
	uint64_t b_blkno;
	size_t b_resid;
	size_t b_bufsize;
	caddr_t b_iodone;
	int b_error;
	dev_t b_edev;
} bufinfo_t;

typedef struct devinfo {
	int dev_major;
	int dev_minor;
	int dev_instance;
	char dev_name[32];
	char dev_statname[32];
	char dev_pathname[40];
} devinfo_t;

typedef struct fileinfo {
	string fi_name;
	string fi_dirname;
	string fi_pathname;
	offset_t fi_offset;
	char fi_fs[32];
	string fi_mount;
	int fi_oflags;
} fileinfo_t;

/* ---- devices: a struct block_device since 5.11, before that a disk and the number of a partition */

translator devinfo_t < struct block_device *D > {
	dev_major = D->bd_dev >> 20;
	dev_minor = D->bd_dev & 0xfffff;
	dev_instance = D->bd_dev & 0xfffff;
	dev_name = D->bd_disk->part0->bd_device.parent &&
	    D->bd_disk->part0->bd_device.parent->driver ?
	    stringof(D->bd_disk->part0->bd_device.parent->driver->name) :
	    stringof(D->bd_disk->disk_name);
	dev_statname = stringof(D->bd_device.kobj.name);
	dev_pathname = strjoin("/dev/", stringof(D->bd_device.kobj.name));
};

translator devinfo_t < struct hd_struct *P > {
	dev_major = P->__dev.devt >> 20;
	dev_minor = P->__dev.devt & 0xfffff;
	dev_instance = P->__dev.devt & 0xfffff;
	/* a disk's device belongs to its controller's driver, a partition's to the disk */
	dev_name = P->__dev.parent && P->__dev.parent->driver ?
	    stringof(P->__dev.parent->driver->name) :
	    P->partno && P->__dev.parent->parent && P->__dev.parent->parent->driver ?
	    stringof(P->__dev.parent->parent->driver->name) : stringof(P->__dev.kobj.name);
	dev_statname = stringof(P->__dev.kobj.name);
	dev_pathname = strjoin("/dev/", stringof(P->__dev.kobj.name));
};

translator devinfo_t < struct bio *B > {
	dev_major = defined(B->bi_bdev) ? xlate <devinfo_t>(B->bi_bdev).dev_major :
	    xlate <devinfo_t>(B->bi_disk->part_tbl->part[B->bi_partno]).dev_major;
	dev_minor = defined(B->bi_bdev) ? xlate <devinfo_t>(B->bi_bdev).dev_minor :
	    xlate <devinfo_t>(B->bi_disk->part_tbl->part[B->bi_partno]).dev_minor;
	dev_instance = defined(B->bi_bdev) ? xlate <devinfo_t>(B->bi_bdev).dev_instance :
	    xlate <devinfo_t>(B->bi_disk->part_tbl->part[B->bi_partno]).dev_instance;
	dev_name = defined(B->bi_bdev) ? xlate <devinfo_t>(B->bi_bdev).dev_name :
	    xlate <devinfo_t>(B->bi_disk->part_tbl->part[B->bi_partno]).dev_name;
	dev_statname = defined(B->bi_bdev) ? xlate <devinfo_t>(B->bi_bdev).dev_statname :
	    xlate <devinfo_t>(B->bi_disk->part_tbl->part[B->bi_partno]).dev_statname;
	dev_pathname = defined(B->bi_bdev) ? xlate <devinfo_t>(B->bi_bdev).dev_pathname :
	    xlate <devinfo_t>(B->bi_disk->part_tbl->part[B->bi_partno]).dev_pathname;
};

/* ---- buffers */

typedef struct dt_ioerror {
	int error;
} dt_ioerror_t;

/* blk_status_t */
translator dt_ioerror_t < uint8_t status > {
	error = status == 0 ? 0 : status == 1 ? EOPNOTSUPP : status == 2 ? ETIMEDOUT :
	    status == 3 ? ENOSPC : status == 4 ? ENOLINK : status == 5 ? EREMOTEIO :
	    status == 6 ? EBADE : status == 7 ? ENODATA : status == 8 ? EILSEQ :
	    status == 9 ? ENOMEM : status == 12 ? EAGAIN : EIO;
};

/* The lowest bit of the operation: to the device. What is to be waited for: reads, and REQ_SYNC. */
translator bufinfo_t < struct bio *B > {
	b_flags = (B->bi_opf & 1 ? B_WRITE : B_READ) |
	    (B->bi_opf & 0xff && !(B->bi_opf & 1 << 11) ? B_ASYNC : 0) |
	    (B->bi_status ? B_ERROR : 0);
	b_bcount = B->bi_iter.bi_size;
	b_addr = 0;
	b_lblkno = B->bi_iter.bi_sector;
	b_blkno = B->bi_iter.bi_sector;
	b_resid = 0;
	b_bufsize = B->bi_iter.bi_size;
	b_iodone = (caddr_t)B->bi_end_io;
	b_error = xlate <dt_ioerror_t>(B->bi_status).error;
	b_edev = (dev_t)xlate <devinfo_t>(B).dev_major << 20 | xlate <devinfo_t>(B).dev_minor;
};

typedef struct dt_iobuf {
	int unused;
} dt_iobuf_t;

translator bufinfo_t < dt_iobuf_t *B > {
	b_flags = xlate <bufinfo_t>((struct bio *)B).b_flags | (arg6 ? B_ERROR : 0) |
	    (probename == "done" ? B_DONE : 0);
	b_bcount = arg4;
	b_addr = 0;
	b_lblkno = arg3;
	b_blkno = arg3;
	b_resid = arg6 ? arg4 : 0;
	b_bufsize = arg4;
	b_iodone = (caddr_t)((struct bio *)B)->bi_end_io;
	b_error = arg6 < 0 ? -arg6 : xlate <dt_ioerror_t>((uint8_t)arg6).error;
	b_edev = xlate <bufinfo_t>((struct bio *)B).b_edev;
};

/* ---- files */

/* A name in the directory cache, by number: 0 it is no file's, 1 the name is no longer known. */
typedef struct dt_iofile {
	int unused;
} dt_iofile_t;

translator fileinfo_t < dt_iofile_t *F > {
	fi_name = (uintptr_t)F > 1 ? stringof(((struct dentry *)F)->d_name.name) :
	    F ? "<unknown>" : "<none>";
	fi_dirname = (uintptr_t)F > 1 ? d_path(((struct dentry *)F)->d_parent) :
	    F ? "<unknown>" : "<none>";
	fi_pathname = (uintptr_t)F > 1 ? d_path((struct dentry *)F) :
	    F ? "<unknown>" : "<none>";
	fi_offset = arg5;
	fi_fs = (uintptr_t)F > 1 ? stringof(((struct dentry *)F)->d_sb->s_type->name) :
	    F ? "<unknown>" : "<none>";
	fi_mount = (uintptr_t)F > 1 ? "<unknown>" : F ? "<unknown>" : "<none>";
	fi_oflags = 0;
};

/* Pipes, sockets and their like have no name in a directory. */
translator fileinfo_t < struct file *F > {
	fi_name = !F ? "<none>" :
	    F->f_path.dentry->d_parent == F->f_path.dentry && F->f_path.dentry->d_op &&
	    F->f_path.dentry->d_op->d_dname ? stringof(F->f_inode->i_sb->s_type->name) :
	    stringof(F->f_path.dentry->d_name.name);
	fi_dirname = !F ? "<none>" :
	    F->f_path.dentry->d_parent == F->f_path.dentry && F->f_path.dentry->d_op &&
	    F->f_path.dentry->d_op->d_dname ? "<unknown>" : dirname(d_path(&F->f_path));
	fi_pathname = !F ? "<none>" :
	    F->f_path.dentry->d_parent == F->f_path.dentry && F->f_path.dentry->d_op &&
	    F->f_path.dentry->d_op->d_dname ?
	    strjoin(strjoin(stringof(F->f_inode->i_sb->s_type->name), ":"),
	    lltostr(F->f_inode->i_ino)) : d_path(&F->f_path);
	fi_offset = F ? F->f_pos : 0;
	fi_fs = F ? stringof(F->f_inode->i_sb->s_type->name) : "<none>";
	fi_mount = F ? "<unknown>" : "<none>";
	fi_oflags = F ? F->f_flags : 0;
};

inline fileinfo_t fds[int fd] = xlate <fileinfo_t>(
    fd >= 0 && curthread->files && fd < curthread->files->fdt->max_fds ?
    curthread->files->fdt->fd[fd] : (struct file *)0);
