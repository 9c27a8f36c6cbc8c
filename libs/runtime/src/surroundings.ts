import type { Config } from './config';
import { checkPlace } from './data-dir-place';
import type { WaysThrough } from './data-dir-privacy';
import { requireHub, requireItsDatabase } from './existing-hub';
import { checkDatabase } from './services/check-database';
import { checkServices } from './services/check-services';

/**
 * Looks at what the variables point at, before anything is made: what is refused here leaves nothing behind.
 * @throws DomainError `unavailable` in one line that names the variable.
 */
export async function checkSurroundings(config: Config, { isCommand }: { isCommand?: boolean }): Promise<void> {
  await checkPlace(config.dataDir);
  if (!isCommand) {
    await requireItsDatabase(config);
    return checkServices(config);
  }
  await requireHub(config);
  if (config.databaseUrl !== null) await checkDatabase(config.databaseUrl, false);
}

/** Who else has to get through the data directory. */
export function waysThrough({ databaseUrl, sshGate }: Config): WaysThrough {
  return { postgres: databaseUrl === null && process.getuid?.() === 0, gate: sshGate !== null };
}
