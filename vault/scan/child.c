#include "vault/scan/child.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const rlim_t memory_max = 1024UL * 1024 * 1024;

/* ---- a few at a time ------------------------------------------------------------------------ */

static pthread_mutex_t turn_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turn_free = PTHREAD_COND_INITIALIZER;
static int running;

static enum status take_turn(void)
{
	struct timespec until;
	int rc = 0;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += CHILD_SECONDS;
	pthread_mutex_lock(&turn_lock);
	while (running == CHILDREN_AT_ONCE && rc == 0)
		rc = pthread_cond_timedwait(&turn_free, &turn_lock, &until);
	if (rc == 0)
		running++;
	pthread_mutex_unlock(&turn_lock);
	return rc ? fail(ST_BUSY, "too many pictures are being made") : ST_OK;
}

static void give_turn(void)
{
	pthread_mutex_lock(&turn_lock);
	running--;
	pthread_cond_signal(&turn_free);
	pthread_mutex_unlock(&turn_lock);
}

/* ---- in the child: nothing but system calls, since other threads held locks when it was made ---
 */

#if defined(__x86_64__)
#define OUR_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OUR_ARCH AUDIT_ARCH_AARCH64
#else
#error "which architecture is this for seccomp?"
#endif

#define NO(call)                                                                                   \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_##call, 0, 1),                                    \
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM)

static void close_doors(void)
{
	static const struct sock_filter rules[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OUR_ARCH, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
#if defined(__x86_64__)
		/* the x32 numbers of the same calls */
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
#endif
		NO(socket),
		NO(socketpair),
		NO(connect),
		NO(bind),
		NO(listen),
		NO(sendto),
		NO(sendmsg),
		NO(ptrace),
		NO(process_vm_readv),
		NO(process_vm_writev),
		NO(kill),
		NO(tkill),
		NO(unshare),
		NO(setns),
		NO(mount),
		NO(umount2),
		NO(keyctl),
		NO(add_key),
		NO(bpf),
		NO(perf_event_open),
		NO(userfaultfd),
		NO(io_uring_setup),
		NO(unlinkat),
		NO(renameat),
		NO(renameat2),
		NO(linkat),
		NO(symlinkat),
		NO(fchmodat),
		NO(fchownat),
		NO(truncate),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = {sizeof rules / sizeof *rules,
					   (struct sock_filter *)(uintptr_t)rules};

	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
		_exit(126);
}

/*
 * What is installed may be read, and nothing else: not the vault.  A kernel without Landlock
 * (before 5.13, or switched off) leaves it at what the user of the server may read.
 */
static void close_files(void)
{
	static const char *const open_ones[] = {
	    "/usr",	"/lib", "/lib64", "/etc/ld.so.cache", "/etc/fonts", "/var/cache/fontconfig",
	    "/dev/null"};
	static const __u64 reading =
	    LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
	const struct landlock_ruleset_attr all = {.handled_access_fs =
						      LANDLOCK_ACCESS_FS_MAKE_SYM * 2 - 1};
	int rules = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0U);

	if (rules < 0)
		return;
	for (size_t i = 0; i < sizeof open_ones / sizeof *open_ones; i++) {
		struct stat sb;
		struct landlock_path_beneath_attr one = {
		    .allowed_access = reading,
		    .parent_fd = open(open_ones[i], O_PATH | O_CLOEXEC),
		};
		if (one.parent_fd < 0)
			continue;
		if (fstat(one.parent_fd, &sb) == 0 && !S_ISDIR(sb.st_mode))
			one.allowed_access &= ~(__u64)LANDLOCK_ACCESS_FS_READ_DIR;
		if (syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &one, 0U) !=
		    0)
			_exit(126);
	}
	if (syscall(SYS_landlock_restrict_self, rules, 0U) != 0)
		_exit(126);
}

static void limit(int what, rlim_t most)
{
	const struct rlimit l = {most, most};

	if (setrlimit((__rlimit_resource_t)what, &l) != 0)
		_exit(126);
}

static _Noreturn void become(const char *const *argv, int in, int out, size_t out_max)
{
	static const char *const environment[] = {"PATH=/usr/bin:/bin", "VIPS_BLOCK_UNTRUSTED=1",
						  "VIPS_CONCURRENCY=1", "HOME=/nonexistent", NULL};
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setpgid(0, 0);
	if (lseek(in, 0, SEEK_SET) != 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 ||
	    dup2(out, 2) < 0 || chdir("/") != 0)
		_exit(126);
	/* messages go nowhere: they may quote what is in the file */
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (null < 0 || dup2(null, 2) < 0 || syscall(SYS_close_range, 3U, ~0U, 0U) != 0)
		_exit(126);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_DUMPABLE, 0);
	limit(RLIMIT_AS, memory_max);
	limit(RLIMIT_CPU, CHILD_SECONDS);
	limit(RLIMIT_FSIZE, out_max);
	limit(RLIMIT_NOFILE, 64);
	limit(RLIMIT_CORE, 0);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		_exit(126);
	close_files();
	close_doors();
	execve(argv[0], (char *const *)(uintptr_t)argv, (char *const *)(uintptr_t)environment);
	_exit(127);
}

/* ---- outside -------------------------------------------------------------------------------- */

/* The exit code; -1 for an end by a signal, or by us because it took too long. */
static int wait_for(pid_t pid)
{
	const struct timespec pause = {0, 5 * 1000 * 1000};
	struct timespec start, now;
	int status = 0;

	clock_gettime(CLOCK_MONOTONIC, &start);
	for (;;) {
		pid_t done = waitpid(pid, &status, WNOHANG);
		if (done == pid)
			return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
		if (done < 0 && errno != EINTR)
			return -1;
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (now.tv_sec - start.tv_sec > CHILD_SECONDS)
			kill(pid, SIGKILL);
		nanosleep(&pause, NULL);
	}
}

static enum status run(const char *const *argv, int in, int out, size_t out_max)
{
	pid_t pid = fork();
	int code;

	if (pid == 0)
		become(argv, in, out, out_max);
	if (pid < 0)
		return fail(ST_IO, "cannot start %s: %s", argv[0], strerror(errno));
	code = wait_for(pid);
	if (code == 126 || code == 127)
		return fail(code == 127 ? ST_NOTFOUND : ST_IO, "%s cannot be run", argv[0]);
	return code == 0 ? ST_OK : fail(ST_INVALID, "%s could not read it", argv[0]);
}

enum status child_run(const char *const *argv, int in, const char *folder, size_t out_max, int *out,
		      size_t *out_bytes)
{
	struct stat sb = {.st_size = 0};
	enum status st = take_turn();

	*out = -1;
	*out_bytes = 0;
	if (st)
		return st;
	*out = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	st = *out < 0 ? fail(ST_IO, "no temporary file: %s", strerror(errno))
		      : run(argv, in, *out, out_max);
	give_turn();
	if (!st && (fstat(*out, &sb) != 0 || lseek(*out, 0, SEEK_SET) != 0))
		st = fail(ST_IO, "a temporary file: %s", strerror(errno));
	if (!st && sb.st_size == 0)
		st = fail(ST_INVALID, "%s gave nothing", argv[0]);
	*out_bytes = (size_t)sb.st_size;
	if (st && *out >= 0) {
		close(*out);
		*out = -1;
	}
	return st;
}
