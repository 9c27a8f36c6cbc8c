import { First1763700000000 } from './0001-first';
import { PushRules1764000000000 } from './0002-push-rules';
import { GpgKeys1764200000000 } from './0003-gpg-keys';
import { RepositoryMaintenance1764400000000 } from './0004-repository-maintenance';
import { LfsUploads1764500000000 } from './0005-lfs-uploads';
import { Archives1764800000000 } from './0008-archives';
import { LfsCollection1764700000000 } from './0007-lfs-collection';
import { Audit1764600000000 } from './0006-audit';
import { Edits1764900000000 } from './0009-edits';
import { Quotas1764960000000 } from './0011-quotas';
import { AuditRetention1765130000000 } from './0013-audit-retention';
import { RateLimits1765200000000 } from './0014-rate-limits';
import { StagedRoom1765210000000 } from './0015-staged-room';
import { SshKeyExpiry1765220000000 } from './0016-ssh-key-expiry';
import { WebhookContentType1765350000000 } from './0025-webhook-content-type';
import { RepositorySummaries1765360000000 } from './0026-repository-summaries';
import { RepositoryLists1765370000000 } from './0027-repository-lists';
import { HubInstance1765310000000 } from './0022-hub-instance';
import { IncompleteLfs1765320000000 } from './0023-incomplete-lfs';
import { PurgeRequests1765230000000 } from './0017-purge-requests';
import { EventTurns1765300000000 } from './0019-event-turns';
import { LfsStorageKeys1765320000000 } from './0020-lfs-storage-keys';

/** In the order of their numbers; what was released is never changed or taken out again. */
export const MIGRATIONS = [
  First1763700000000,
  PushRules1764000000000,
  GpgKeys1764200000000,
  RepositoryMaintenance1764400000000,
  LfsUploads1764500000000,
  Archives1764800000000,
  LfsCollection1764700000000,
  Audit1764600000000,
  Edits1764900000000,
  Quotas1764960000000,
  AuditRetention1765130000000,
  RateLimits1765200000000,
  StagedRoom1765210000000,
  SshKeyExpiry1765220000000,
  HubInstance1765310000000,
  IncompleteLfs1765320000000,
  PurgeRequests1765230000000,
  EventTurns1765300000000,
  LfsStorageKeys1765320000000,
  WebhookContentType1765350000000,
  RepositorySummaries1765360000000,
  RepositoryLists1765370000000,
];
