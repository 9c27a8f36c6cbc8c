import { Module } from '@nestjs/common';
import { PushJobsService } from './push-jobs.service';
import { DiskRoomService } from './disk-room.service';
import { FirstPushService } from './first-push.service';
import { InitialCommitService } from './initial-commit.service';
import { LfsDemandService } from './lfs-demand.service';
import { NewCommitsService } from './new-commits/new-commits.service';
import { PushJudge } from './push-judge.service';
import { PushRecordService } from './push-record.service';
import { PushesService } from './pushes.service';
import { ReconcileService } from './reconcile.service';
import { RefMovesService } from './ref-moves.service';
import { UnreferencedObjectsService } from './unreferenced-objects.service';

const SERVICES = [
  PushJobsService,
  NewCommitsService,
  PushRecordService,
  PushJudge,
  LfsDemandService,
  FirstPushService,
  DiskRoomService,
  PushesService,
  RefMovesService,
  UnreferencedObjectsService,
  ReconcileService,
  InitialCommitService,
];

@Module({ providers: SERVICES, exports: SERVICES })
export class PushesModule {}
