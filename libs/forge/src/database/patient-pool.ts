import { patiently } from '@granary/kernel';
import pg, { Pool, type PoolClient } from 'pg';

/** How long a request waits for a connection: for one of the pool, and for Postgres to have one left. */
export const CONNECTION_PATIENCE_MS = 5_000;

type Callback = (
  error: Error | undefined,
  client: PoolClient | undefined,
  done: (destroy?: Error | boolean) => void,
) => void;

/**
 * `pg` fails at once when Postgres has no connection left, though one is free a moment later: other hubs, workers and
 * programs give theirs back all the time.
 */
class PatientPool extends Pool {
  override connect(): Promise<PoolClient>;
  override connect(callback: Callback): void;
  override connect(callback?: Callback): Promise<PoolClient> | void {
    const connected = patiently(() => super.connect(), CONNECTION_PATIENCE_MS);
    if (!callback) return connected;
    connected.then(
      (client) => callback(undefined, client, (destroy) => client.release(destroy)),
      (error: Error) => callback(error, undefined, () => undefined),
    );
  }
}

/** The driver `pg` with this pool, for TypeORM. */
export const PATIENT_PG: unknown = Object.create(pg, { Pool: { value: PatientPool } });
