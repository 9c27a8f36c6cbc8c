import { Module } from '@nestjs/common';
import { LfsCollectionJobsService } from './collection-jobs.service';
import { LfsCollectionStateService } from './collection-state.service';
import { LastNamedService } from './last-named.service';
import { LfsCollectionService } from './lfs-collection.service';
import { LfsInspectionService } from './lfs-inspection.service';
import { LfsKeepersService } from './lfs-keepers.service';
import { LfsMarkService } from './lfs-mark.service';
import { LfsPurgeService } from './lfs-purge.service';
import { LfsScrubService } from './lfs-scrub.service';
import { LfsSweepService } from './lfs-sweep.service';
import { LfsTrashService } from './lfs-trash.service';
import { ReachableTipsService } from './reachable-tips.service';
import { LfsStoredObjectsService } from './stored-objects.service';

const SERVICES = [
  LfsCollectionJobsService,
  LfsCollectionService,
  LfsCollectionStateService,
  LastNamedService,
  LfsKeepersService,
  LfsInspectionService,
  LfsMarkService,
  LfsPurgeService,
  LfsScrubService,
  LfsStoredObjectsService,
  LfsSweepService,
  LfsTrashService,
  ReachableTipsService,
];

@Module({ providers: SERVICES, exports: SERVICES })
export class LfsCollectionModule {}
