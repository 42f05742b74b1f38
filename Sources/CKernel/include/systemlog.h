#pragma once

/// Sends one line to the system's log at /dev/log as process `name`, in the form of RFC 3164 that syslog(3) writes; `priority`
/// is facility | severity. Returns 0, or -errno: nobody listens there, or its queue is full.
/// Why: syslog(3) has variable arguments, which Swift does not import, tells no failure, and waits for a reader that hangs:
/// what puts a node back must wait for nobody.
int migrate_system_log(int priority, const char *name, const char *text);
