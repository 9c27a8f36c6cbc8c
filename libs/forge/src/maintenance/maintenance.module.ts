import { Module } from '@nestjs/common';
import { GitPurgeService } from './git-purge.service';
import { KeptTipsService } from './kept-tips.service';
import { MaintenanceStateService } from './maintenance-state.service';
import { MaintenanceService } from './maintenance.service';
import { PurgeRequestsService } from './purge-requests.service';

const SERVICES = [KeptTipsService, MaintenanceStateService, MaintenanceService, GitPurgeService, PurgeRequestsService];

@Module({ providers: SERVICES, exports: SERVICES })
export class MaintenanceModule {}
