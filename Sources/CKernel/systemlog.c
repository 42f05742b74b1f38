#define _GNU_SOURCE
#include "systemlog.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

int migrate_system_log(int priority, const char *name, const char *text)
{
	struct sockaddr_un log = { .sun_family = AF_UNIX, .sun_path = "/dev/log" };
	char at[32] = "", line[2048];
	time_t now = time(NULL);
	struct tm fields;
	int fd, length, cause = 0;

	/* The C locale, in which the program runs: English months. */
	if (localtime_r(&now, &fields))
		strftime(at, sizeof(at), "%b %e %T ", &fields);
	length = snprintf(line, sizeof(line), "<%d>%s%s[%d]: %s", priority, at, name, (int)getpid(), text);
	if (length < 0)
		return -EINVAL;
	if (length >= (int)sizeof(line))
		length = sizeof(line) - 1;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if (sendto(fd, line, length, MSG_NOSIGNAL, (struct sockaddr *)&log, sizeof(log)) < 0)
		cause = -errno;
	close(fd);
	return cause;
}
