/*
 * Fails the n-th thing that a program does to the disk.  Loaded before the C library
 * (LD_PRELOAD); the driver arms it by the functions below at the very place where counting shall
 * begin.  Only the armed thread's process fails: programs that it starts are left alone.
 *
 *	cc -shared -fPIC -o failnth.so tests/fault/failnth.c -ldl
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

void failnth_arm(long n, int error, bool sticky);
long failnth_disarm(void);

static atomic_bool armed;
static atomic_long calls;
static long nth;
static int with;
static bool for_ever;

/* The n-th call from now (1 is the next) fails with this errno; with sticky, all after it too. */
void failnth_arm(long n, int error, bool sticky)
{
	nth = n;
	with = error;
	for_ever = sticky;
	atomic_store(&calls, 0);
	atomic_store(&armed, true);
}

/* How many calls there were. */
long failnth_disarm(void)
{
	atomic_store(&armed, false);
	return atomic_load(&calls);
}

static bool due(void)
{
	long now;

	if (!atomic_load(&armed))
		return false;
	now = atomic_fetch_add(&calls, 1) + 1;
	if (now != nth && !(for_ever && now > nth))
		return false;
	errno = with;
	return true;
}

/* Finds the next definition, of the type of the function that asks. */
#define NEXT(name)                                                                                 \
	static __typeof__(&name) real;                                                             \
	if (!real)                                                                                 \
	real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

ssize_t write(int fd, const void *p, size_t n)
{
	NEXT(write);
	return due() ? -1 : real(fd, p, n);
}

int fsync(int fd)
{
	NEXT(fsync);
	return due() ? -1 : real(fd);
}

int fdatasync(int fd)
{
	NEXT(fdatasync);
	return due() ? -1 : real(fd);
}

int rename(const char *from, const char *to)
{
	NEXT(rename);
	return due() ? -1 : real(from, to);
}

int link(const char *from, const char *to)
{
	NEXT(link);
	return due() ? -1 : real(from, to);
}

int unlink(const char *path)
{
	NEXT(unlink);
	return due() ? -1 : real(path);
}

int mkdir(const char *path, mode_t mode)
{
	NEXT(mkdir);
	return due() ? -1 : real(path, mode);
}

/* Making a file can fail; opening one to read is no writing. */
int open(const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list ap;

	NEXT(open);
	if (flags & O_CREAT) {
		va_start(ap, flags);
		mode = va_arg(ap, mode_t);
		va_end(ap);
	}
	if ((flags & O_CREAT) && due())
		return -1;
	return real(path, flags, mode);
}

int open64(const char *path, int flags, ...) __attribute__((alias("open")));
