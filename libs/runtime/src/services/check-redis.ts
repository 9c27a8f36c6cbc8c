import { DomainError } from '@granary/kernel';
import { Redis } from 'ioredis';

const PATIENCE_MS = 5_000;

/**
 * Whether the Redis of `REDIS_URL` answers this user. A Redis that goes away later is waited for; one that is not there
 * at the start is a wrong address more often than a late one.
 *
 * @throws DomainError `unavailable` in one line that never holds the password.
 */
export async function checkRedis(url: string): Promise<void> {
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: PATIENCE_MS,
    commandTimeout: PATIENCE_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let lastError: unknown;
  client.on('error', (error: unknown) => (lastError = error));
  try {
    await client.connect();
    await client.ping();
  } catch (error) {
    throw troubleOf(url, lastError ?? error);
  } finally {
    client.disconnect();
  }
}

function troubleOf(url: string, cause: unknown): DomainError {
  const { hostname, port } = new URL(url);
  const where = `${hostname}:${port || '6379'}`;
  const { code, message = '' } = Object(cause) as { code?: string; message?: string };
  const isRefusal = /^(NOAUTH|WRONGPASS|NOPERM|ERR (AUTH|invalid password))/i.test(message);
  const problem = isRefusal
    ? `names a Redis (${where}) that refuses the user and password of it`
    : `names ${where}, where no Redis answers (${code ?? message})`;
  return new DomainError('unavailable', `REDIS_URL ${problem}.`, { cause });
}
