import { PORT } from './socket';

/** For a small hub on a shared machine; durability is never traded. Given at each start, so that a new release's hold. */
const SETTINGS: Record<string, string> = {
  listen_addresses: '',
  port: String(PORT),
  unix_socket_permissions: '0700',
  max_connections: '100',
  shared_buffers: '64MB',
  max_wal_size: '512MB',
  jit: 'off',
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  // Parallel workers share memory through /dev/shm, of which a container has 64 MB.
  max_parallel_workers_per_gather: '0',
  max_parallel_maintenance_workers: '0',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  logging_collector: 'off',
  log_destination: 'stderr',
  log_line_prefix: '%m [%p] ',
  log_checkpoints: 'off',
};

export interface ServerPaths {
  data: string;
  socketDirectory: string;
}

/** The arguments of postgres(1). */
export function serverArguments({ data, socketDirectory }: ServerPaths): string[] {
  // A list in the manner of SQL identifiers: quoted, a comma or a blank in the path is nothing special.
  const directories = `"${socketDirectory.replaceAll('"', '""')}"`;
  const settings = Object.entries({ ...SETTINGS, unix_socket_directories: directories });
  return ['-D', data, ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}
