#define _GNU_SOURCE
#include "waiting.h"

#include <errno.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

int migrate_signal_file(const sigset_t *signals)
{
	int fd = signalfd(-1, signals, SFD_CLOEXEC | SFD_NONBLOCK);

	return fd < 0 ? -errno : fd;
}

int migrate_next_signal(int fd)
{
	struct signalfd_siginfo info;
	ssize_t length;

	do
		length = read(fd, &info, sizeof(info));
	while (length < 0 && errno == EINTR);
	if (length < 0)
		return errno == EAGAIN ? 0 : -errno;
	return length == sizeof(info) ? (int)info.ssi_signo : -EIO;
}

int migrate_interval_file(uint32_t milliseconds)
{
	struct timespec every = { milliseconds / 1000, milliseconds % 1000 * 1000000L };
	struct itimerspec setting = { .it_interval = every, .it_value = every };
	int fd = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);

	if (fd < 0)
		return -errno;
	if (timerfd_settime(fd, 0, &setting, NULL)) {
		int cause = errno;

		close(fd);
		return -cause;
	}
	return fd;
}
