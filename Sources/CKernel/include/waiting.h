// Calls for a loop that waits for signals and for time to pass. Included by CKernel.h.
#pragma once

#include <signal.h>
#include <stdint.h>

/// A descriptor that is readable while one of `signals`, which the caller has blocked, is pending (signalfd(2)).
/// Why: Swift's Glibc module exports neither sys/signalfd.h nor the flags.
int migrate_signal_file(const sigset_t *_Nonnull signals);

/// Takes the next pending signal out of a descriptor of migrate_signal_file(); 0 when none waits.
/// Why: struct signalfd_siginfo, as above.
int migrate_next_signal(int fd);

/// A descriptor that is readable whenever `milliseconds` have passed, again and again (timerfd_create(2),
/// CLOCK_BOOTTIME: a machine that slept wakes up late).
/// Why: Swift's Glibc module does not export sys/timerfd.h.
int migrate_interval_file(uint32_t milliseconds);
