import { z } from 'zod';
import { Timestamp } from './common';

/** `GET`, `POST /api/v3/repos/:o/:r/purge`: the purge of what no branch or tag reaches. */
export const PurgeState = z.object({
  /** Somebody has asked for one that is not done yet. */
  requested_at: Timestamp.nullable(),
  /** What was unreached then is gone. */
  purged_at: Timestamp.nullable(),
});
export type PurgeState = z.infer<typeof PurgeState>;
