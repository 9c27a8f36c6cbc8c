import { Module } from '@nestjs/common';
import { CatFilesService } from './cat-files.service';
import { CollaboratorsService } from './collaborators.service';
import { RepositoriesService } from './repositories.service';
import { RepositoryAccessService } from './repository-access.service';
import { RepositoryListsService } from './repository-lists.service';
import { RepositoryLock } from './repository-lock';

const SERVICES = [
  RepositoryAccessService,
  RepositoriesService,
  CatFilesService,
  RepositoryListsService,
  CollaboratorsService,
  RepositoryLock,
];

@Module({ providers: SERVICES, exports: SERVICES })
export class RepositoriesModule {}
