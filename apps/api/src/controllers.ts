import type { Type } from '@nestjs/common';
import { HealthController } from './http/health.controller';
import { MetricsController } from './http/metrics.controller';
import { SessionController } from './http/pages/session.controller';
import { AboutController } from './http/rest/about.controller';
import { OpenApiController } from './http/rest/openapi.controller';
import { UserAdminController } from './http/rest/user-admin.controller';
import { UsersController } from './http/rest/users.controller';
import { SshKeysController } from './http/rest/ssh-keys.controller';
import { GpgKeysController } from './http/rest/gpg-keys.controller';
import { TokensController } from './http/rest/tokens.controller';
import { RepositoriesController } from './http/rest/repositories.controller';
import { CollaboratorsController } from './http/rest/collaborators.controller';
import { AuditController } from './http/rest/audit.controller';
import { QueuesController } from './http/rest/queues.controller';
import { BranchesController } from './http/rest/branches.controller';
import { ProtectionsController } from './http/rest/protections.controller';
import { PushRulesController } from './http/rest/push-rules.controller';
import { LfsRulesController } from './http/rest/lfs-rules.controller';
import { QuotasController } from './http/rest/quotas.controller';
import { StorageController } from './http/pages/storage.controller';
import { RefsController } from './http/rest/refs.controller';
import { RestArchivesController } from './http/rest/archives.controller';
import { GitRefsController } from './http/rest/git-refs.controller';
import { FileLocksController } from './http/rest/file-locks.controller';
import { CommitsController } from './http/rest/commits.controller';
import { CompareController } from './http/rest/compare.controller';
import { ContentsController } from './http/rest/contents.controller';
import { ContentsEditController } from './http/rest/contents-edit.controller';
import { GitObjectsController } from './http/rest/git-objects.controller';
import { GitDatabaseController } from './http/rest/git-database.controller';
import { HooksController } from './http/rest/hooks.controller';
import { LfsObjectsController } from './http/rest/lfs-objects.controller';
import { PurgeController } from './http/rest/purge.controller';
import { ListsController } from './http/pages/lists.controller';
import { BrowseCommitsController } from './http/pages/browse-commits.controller';
import { BrowseTreesController } from './http/pages/browse-trees.controller';
import { BrowseController } from './http/pages/browse.controller';
import { LocksController } from './http/pages/locks.controller';
import { RemoteImageController } from './http/pages/remote-image.controller';
import { AvatarController } from './http/pages/avatar.controller';
import { CommitTextController } from './http/pages/commit-text.controller';
import { RawController } from './http/pages/raw.controller';
import { EditsController } from './http/edits/edits.controller';
import { UploadsController } from './http/edits/uploads.controller';
import { UploadFormController } from './http/edits/upload-form.controller';
import { ArchiveController } from './http/archive/archive.controller';
import { LfsBatchController } from './http/transfer/lfs-batch.controller';
import { LfsLocksController } from './http/transfer/lfs-locks.controller';
import { LfsTransferController } from './http/transfer/lfs-transfer.controller';
import { LfsTusController } from './http/transfer/lfs-tus.controller';
import { LfsPartsController } from './http/transfer/lfs-parts.controller';
import { LfsAgentController } from './http/transfer/lfs-agent.controller';
import { GitHttpController } from './http/git/git-http.controller';

/** Every controller, in the order in which Express is told of their routes: the first that matches takes a request. */
export const CONTROLLERS: readonly Type[] = [
  HealthController,
  MetricsController,
  SessionController,
  AboutController,
  OpenApiController,
  UserAdminController,
  UsersController,
  SshKeysController,
  GpgKeysController,
  TokensController,
  RepositoriesController,
  CollaboratorsController,
  AuditController,
  QueuesController,
  BranchesController,
  ProtectionsController,
  PushRulesController,
  LfsRulesController,
  QuotasController,
  StorageController,
  RefsController,
  RestArchivesController,
  GitRefsController,
  FileLocksController,
  CommitsController,
  CompareController,
  ContentsController,
  ContentsEditController,
  GitObjectsController,
  GitDatabaseController,
  HooksController,
  LfsObjectsController,
  PurgeController,
  ListsController,
  BrowseController,
  BrowseTreesController,
  BrowseCommitsController,
  LocksController,
  RawController,
  CommitTextController,
  RemoteImageController,
  AvatarController,
  EditsController,
  UploadsController,
  UploadFormController,
  ArchiveController,
  LfsBatchController,
  LfsLocksController,
  LfsTransferController,
  LfsTusController,
  LfsPartsController,
  LfsAgentController,
  GitHttpController,
];
