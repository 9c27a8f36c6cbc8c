import { HELD_BY_STAGED_FILES } from './edits';
import { HELD_BY_UPLOADS } from './lfs';
import type { LedgerTerms } from './quotas';
import { HELD_BY_PUSHES } from './ref-log';
import { roleOf } from './repositories';

/** What features add to the ledger. One that reserves bytes of a namespace adds its query here. */
export const LEDGER_TERMS: LedgerTerms = {
  held: [HELD_BY_UPLOADS, HELD_BY_PUSHES, HELD_BY_STAGED_FILES],
  collaboratorRole: roleOf({ repositoryId: 'l.id', userId: '$2' }),
};
