import { Module } from '@nestjs/common';
import { ArchivesService } from './archives.service';
import { ArchiveCacheService } from './builds/archive-cache.service';

const SERVICES = [ArchiveCacheService, ArchivesService];

@Module({ providers: SERVICES, exports: SERVICES })
export class ArchivesModule {}
