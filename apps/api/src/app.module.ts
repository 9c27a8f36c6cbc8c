import { join } from 'node:path';
import { ForgeModule, SshKeysService } from '@granary/forge';
import { GitLimits, PackCache, RefAdvertiser } from '@granary/git-process';
import type { Config, Runtime } from '@granary/runtime';
import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, DiscoveryModule } from '@nestjs/core';
import type { Logger } from 'pino';
import { AccessGuard } from './access/access.guard';
import { Authenticator } from './access/authenticator';
import { PageProof } from './access/page-proof';
import { Draining } from './draining';
import { ErrorFilter } from './errors/error.filter';
import { ArchiveController } from './http/archive/archive.controller';
import { EditsController } from './http/edits/edits.controller';
import { RefusalNotes } from './http/edits/refusal-notes';
import { UploadFormController } from './http/edits/upload-form.controller';
import { UploadsController } from './http/edits/uploads.controller';
import { GitHttpController } from './http/git/git-http.controller';
import { HealthController } from './http/health.controller';
import { MetricsController } from './http/metrics.controller';
import { OutsideAddresses } from './http/outside';
import { BrowseController } from './http/pages/browse.controller';
import { BrowseReader } from './http/pages/browse.reader';
import { StorageController } from './http/pages/storage.controller';
import { RawController } from './http/pages/raw.controller';
import { ListsController } from './http/pages/lists.controller';
import { LocksController } from './http/pages/locks.controller';
import { SessionController } from './http/pages/session.controller';
import { AuditController } from './http/rest/audit.controller';
import { BranchesController } from './http/rest/branches.controller';
import { CollaboratorsController } from './http/rest/collaborators.controller';
import { FileLocksController } from './http/rest/file-locks.controller';
import { GitObjectsController } from './http/rest/git-objects.controller';
import { GitRefsController } from './http/rest/git-refs.controller';
import { ContentsController } from './http/rest/contents.controller';
import { ContentsEditController } from './http/rest/contents-edit.controller';
import { ContentsReader } from './http/rest/contents.reader';
import { CommitsController } from './http/rest/commits.controller';
import { GpgKeysController } from './http/rest/gpg-keys.controller';
import { HooksController } from './http/rest/hooks.controller';
import { LfsObjectsController } from './http/rest/lfs-objects.controller';
import { LfsRulesController } from './http/rest/lfs-rules.controller';
import { ProtectionsController } from './http/rest/protections.controller';
import { PushRulesController } from './http/rest/push-rules.controller';
import { QuotasController } from './http/rest/quotas.controller';
import { RefsController } from './http/rest/refs.controller';
import { RestArchivesController } from './http/rest/archives.controller';
import { RepositoriesController } from './http/rest/repositories.controller';
import { SshKeysController } from './http/rest/ssh-keys.controller';
import { TokensController } from './http/rest/tokens.controller';
import { UsersController } from './http/rest/users.controller';
import { LfsAgentController } from './http/transfer/lfs-agent.controller';
import { LfsBatchController } from './http/transfer/lfs-batch.controller';
import { LfsLocksController } from './http/transfer/lfs-locks.controller';
import { LfsPartsController } from './http/transfer/lfs-parts.controller';
import { LfsTusController } from './http/transfer/lfs-tus.controller';
import { TransferUrls } from './http/transfer/transfer-url';
import { LfsTransferController } from './http/transfer/lfs-transfer.controller';
import { StallWatch } from './flow/stall-watch';
import { Frame } from './page-frame';
import { GitOverSsh } from './ssh/git-over-ssh';
import { LfsOverSsh } from './ssh/lfs/lfs-over-ssh';
import { SshServer } from './ssh/ssh-server';
import { GateServer } from './ssh-gate/gate-server';
import { CONFIG, LOGGER, PACK_CACHE } from './tokens';

async function openPackCache({ config, data, git }: Runtime): Promise<PackCache | undefined> {
  if (config.packCacheBytes === 0) return undefined;
  return PackCache.open(git, { directory: join(data.git, 'packs'), maxBytes: config.packCacheBytes });
}

@Module({})
export class AppModule {
  static on(runtime: Runtime, log: Logger): DynamicModule {
    const { database, git, store, queue, forgeOptions: options } = runtime;
    const config: Config = runtime.config;
    return {
      module: AppModule,
      imports: [DiscoveryModule, ForgeModule.on({ database, git, store, queue, options })],
      controllers: [
        HealthController,
        MetricsController,
        SessionController,
        UsersController,
        SshKeysController,
        GpgKeysController,
        TokensController,
        RepositoriesController,
        CollaboratorsController,
        AuditController,
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
        ContentsController,
        ContentsEditController,
        GitObjectsController,
        HooksController,
        LfsObjectsController,
        ListsController,
        BrowseController,
        LocksController,
        RawController,
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
      ],
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: LOGGER, useValue: log },
        { provide: StallWatch, useFactory: () => new StallWatch({ log, policy: config.stall }) },
        { provide: GitLimits, useFactory: () => new GitLimits() },
        { provide: RefAdvertiser, useFactory: () => new RefAdvertiser(git) },
        { provide: PACK_CACHE, useFactory: () => openPackCache(runtime) },
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_FILTER, useExisting: ErrorFilter },
        ErrorFilter,
        Authenticator,
        TransferUrls,
        PageProof,
        OutsideAddresses,
        BrowseReader,
        ContentsReader,
        RefusalNotes,
        Draining,
        Frame,
        GitOverSsh,
        LfsOverSsh,
        {
          provide: SshServer,
          inject: [SshKeysService, GitOverSsh, StallWatch],
          useFactory: (keyring: SshKeysService, commands: GitOverSsh, watch: StallWatch) =>
            new SshServer({
              keyring,
              commands,
              watch,
              onError: (err) => log.error({ err }, 'an SSH connection failed'),
              warn: (text) => log.warn(text),
            }),
        },
        {
          provide: GateServer,
          inject: [SshKeysService, GitOverSsh, StallWatch],
          useFactory: (keyring: SshKeysService, commands: GitOverSsh, watch: StallWatch) =>
            new GateServer({ keyring, commands, watch, onError: (err) => log.error({ err }, 'the SSH gate failed') }),
        },
      ],
    };
  }
}
