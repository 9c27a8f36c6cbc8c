import { createS3ObjectStore } from '@granary/object-store';
import type { Config } from '../config';
import { checkDatabase } from './check-database';
import { checkRedis } from './check-redis';
import { checkS3 } from './check-s3';

/**
 * Tries what the variables point at, before anything is made.
 * @throws DomainError for the first that cannot be used, in one line that names its variable.
 */
export async function checkServices({ databaseUrl, redisUrl, s3 }: Config): Promise<void> {
  if (databaseUrl !== null) await checkDatabase(databaseUrl, redisUrl === null);
  if (redisUrl !== null) await checkRedis(redisUrl);
  if (s3 === null) return;
  const store = createS3ObjectStore(s3);
  await checkS3(store, s3).finally(() => store.close());
}
