"""What a lease asks of the database: its own session, the locks, and the heartbeat of its job."""

from __future__ import annotations

from sqlalchemy import text

NAMED = text("SELECT set_config('application_name', :name, false)")
NEVER_IDLE = text("SELECT set_config('idle_session_timeout', '0', false)")
SHARED = text("SELECT pg_try_advisory_lock_shared(:key)")
ALONE = text("SELECT pg_try_advisory_lock(:key)")
LET_GO = text("SELECT pg_advisory_unlock(:key)")
SHARERS = text(
    "SELECT count(DISTINCT pid) FROM pg_locks WHERE locktype = 'advisory' AND granted "
    "AND objsubid = 1 AND (classid::bigint << 32) | objid::bigint = :key"
)
MYSELF = text(
    "SELECT pid, backend_start, now() AS now FROM pg_stat_activity WHERE pid = pg_backend_pid()"
)
SESSION_IS_THERE = text(
    "SELECT TRUE FROM workers w "
    "JOIN pg_stat_activity a ON a.pid = w.backend AND a.backend_start = w.backend_since "
    "JOIN procrastinate_jobs j ON j.id = :job AND j.status = 'doing' AND j.worker_id = :worker "
    "WHERE w.id = :id FOR SHARE OF w"
)
MY_TURN = text(
    "SELECT pg_backend_pid() AS pid, "
    "(SELECT backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()) AS since, "
    "(SELECT extract(epoch FROM now() - w.last_heartbeat) FROM procrastinate_jobs j "
    "JOIN procrastinate_workers w ON w.id = j.worker_id "
    "WHERE j.id = :job AND j.status = 'doing' AND j.worker_id = :worker) AS age"
)
DEAD_ROWS = text(
    "DELETE FROM workers w WHERE w.origin = :origin AND NOT EXISTS (SELECT FROM pg_stat_activity a "
    "WHERE a.pid = w.backend "
    "AND (a.backend_start = w.backend_since OR a.backend_start IS NULL))"
)
