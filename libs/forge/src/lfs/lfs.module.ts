import { Module } from '@nestjs/common';
import { LfsBatchService } from './lfs-batch.service';
import { LfsMissingService } from './lfs-missing.service';
import { LfsObjectsService } from './lfs-objects.service';
import { LfsUploadsService } from './lfs-uploads.service';
import { LfsLocksService } from './locks/lfs-locks.service';
import { LockPlacesService } from './locks/lock-places.service';
import { LockSearchService } from './locks/lock-search.service';
import { LfsServersService } from './servers/lfs-servers.service';
import { LfsActions } from './transfers/lfs-actions';
import { LfsPartsService } from './transfers/lfs-parts.service';
import { LfsResumableService } from './transfers/lfs-resumable.service';
import { LfsStaging } from './transfers/lfs-staging';
import { LfsVerificationsService } from './transfers/lfs-verifications.service';

const SERVICES = [
  LfsUploadsService,
  LfsObjectsService,
  LfsStaging,
  LfsVerificationsService,
  LfsResumableService,
  LfsActions,
  LfsPartsService,
  LfsBatchService,
  LfsLocksService,
  LockPlacesService,
  LfsMissingService,
  LfsServersService,
  LockSearchService,
];

@Module({ providers: SERVICES, exports: SERVICES })
export class LfsModule {}
