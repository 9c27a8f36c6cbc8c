import { Module } from '@nestjs/common';
import { EditsService } from './edits.service';
import { GitDatabaseService } from './git-database.service';
import { StagedRoom } from './staged-room';
import { UploadCommitsService } from './upload-commits.service';
import { UploadsService } from './uploads.service';

const SERVICES = [EditsService, GitDatabaseService, StagedRoom, UploadsService, UploadCommitsService];

@Module({ providers: SERVICES, exports: SERVICES })
export class EditsModule {}
