/**
 * For a few cores shared by the application and its database, readings streaming in and charts being read. Durability
 * is not traded: an acknowledged reading survives the loss of power. The log carries no patient's data: neither the
 * text of statements, nor their parameters, nor the DETAIL lines that quote rows; and an ordinary ERROR, whose message
 * may quote a value ("invalid input syntax for type uuid: ..."), goes to the client alone.
 */
export const defaultSettings: Readonly<Record<string, string>> = {
  max_connections: '100',
  shared_buffers: '256MB',
  effective_cache_size: '1GB',
  maintenance_work_mem: '128MB',
  work_mem: '8MB',
  random_page_cost: '1.1',
  jit: 'off',
  max_parallel_workers_per_gather: '1',

  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  wal_compression: 'pglz',
  min_wal_size: '256MB',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  checkpoint_completion_target: '0.9',

  timezone: 'UTC',
  log_timezone: 'UTC',
  track_io_timing: 'off',
  password_encryption: 'scram-sha-256',

  log_destination: 'stderr',
  log_line_prefix: '%m [%p] ',
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_statement: 'none',
  log_min_duration_statement: '-1',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
}
