import { join } from 'node:path';
import {
  ArchiveCacheService,
  DiskRoomService,
  ForgeModule,
  GitTransportService,
  PACK_CACHE,
  RemoteImages,
  SshKeysService,
} from '@granary/forge';
import { BlobSpool, GitLimits, KnownAnswers, PackCache, RefAdvertiser } from '@granary/git-process';
import { Renderer } from '@granary/render';
import type { Config, Runtime } from '@granary/runtime';
import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import type { Logger } from 'pino';
import { AccessGuard } from './access/access.guard';
import { Authenticator } from './access/authenticator';
import { PageMemory } from './access/page-memory';
import { PageProof } from './access/page-proof';
import { CONTROLLERS } from './controllers';
import { Draining } from './draining';
import { FailureCounts } from './errors/failure-counts';
import { ErrorFilter } from './errors/error.filter';
import { GitOutcomes } from './errors/git-outcomes';
import { BlobBodies } from './http/blob-bodies';
import { BodyInterceptor } from './http/body.interceptor';
import { RefusalNotes } from './http/edits/refusal-notes';
import { LargeBodies } from './http/large-bodies';
import { LfsStates } from './http/lfs-states';
import { OutsideAddresses } from './http/outside';
import { BrowseReader } from './http/pages/browse.reader';
import { PageTexts } from './http/pages/page-texts';
import { CommitViews } from './http/rest/commit-views';
import { ContentsHtml } from './http/rest/contents-html';
import { ContentsReader } from './http/rest/contents.reader';
import { RestAnswersInterceptor } from './http/rest/rest-answers.interceptor';
import { BrokenUploads } from './http/transfer/broken-uploads';
import { TransferUrls } from './http/transfer/transfer-url';
import { PageFailures } from './pages/page-failures';
import { PagePlaces } from './pages/page-places';
import { WorkPlaces } from './flow/work-places';
import { WorkPlacesInterceptor } from './flow/work-places.interceptor';
import { IdleConnections } from './flow/idle-connections';
import { ListenerCopies } from './flow/listener-copies';
import { RequestTurns } from './flow/request-turns';
import { StallWatch } from './flow/stall-watch';
import { Frame } from './pages/page-frame';
import { PageThread } from './pages/page-thread';
import { imageRulesOf, remoteImagesOf } from './remote-images';
import { GitOverSsh } from './ssh/git-over-ssh';
import { LfsOverSsh } from './ssh/lfs/lfs-over-ssh';
import { SshServer } from './ssh/ssh-server';
import { GateServer } from './ssh-gate/gate-server';
import { CONFIG, IMAGE_RULES, LOGGER } from './tokens';

async function openPackCache({ config, data, git }: Runtime): Promise<PackCache | undefined> {
  if (config.packCacheBytes === 0) return undefined;
  return PackCache.open(git, { directory: join(data.git, 'packs'), maxBytes: config.packCacheBytes });
}

/** What passes through it is read once, by git, however many ask for it. */
function openBlobSpool({ config, data, git }: Runtime): Promise<BlobSpool> {
  return BlobSpool.open(git, { directory: join(data.git, 'blobs'), maxBytes: config.blobSpoolBytes });
}

@Module({})
export class AppModule {
  static on(runtime: Runtime, log: Logger, pages: PageThread): DynamicModule {
    const { database, git, store, queue, forgeOptions: options } = runtime;
    const config: Config = runtime.config;
    return {
      module: AppModule,
      imports: [ForgeModule.on({ database, git, store, queue, options })],
      controllers: [...CONTROLLERS],
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: LOGGER, useValue: log },
        { provide: StallWatch, useFactory: () => new StallWatch({ log, policy: config.stall }) },
        { provide: IdleConnections, useFactory: () => new IdleConnections() },
        { provide: ListenerCopies, useFactory: () => new ListenerCopies() },
        { provide: RequestTurns, useFactory: () => new RequestTurns() },
        { provide: GitLimits, useFactory: () => new GitLimits() },
        { provide: KnownAnswers, useFactory: () => new KnownAnswers() },
        { provide: RefAdvertiser, useFactory: () => new RefAdvertiser(git) },
        { provide: BlobSpool, useFactory: () => openBlobSpool(runtime) },
        BlobBodies,
        {
          provide: PACK_CACHE,
          inject: [DiskRoomService, ArchiveCacheService],
          useFactory: async (disk: DiskRoomService, archives: ArchiveCacheService) => {
            const packs = await openPackCache(runtime);
            if (packs) disk.givesWay(() => packs.giveWay());
            // In a bucket they take nothing of this disk.
            if (config.s3 === null) disk.givesWay(() => archives.giveWay());
            return packs;
          },
        },
        GitTransportService,
        GitOutcomes,
        { provide: IMAGE_RULES, useValue: imageRulesOf(runtime) },
        { provide: RemoteImages, useValue: remoteImagesOf(runtime) },
        {
          provide: Renderer,
          useFactory: () => new Renderer({ onFailure: (err) => log.error({ err }, 'a text could not be rendered') }),
        },
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_INTERCEPTOR, useClass: RestAnswersInterceptor },
        { provide: APP_INTERCEPTOR, useClass: BodyInterceptor },
        // After the bodies: a place is not held while one is on its way.
        { provide: APP_INTERCEPTOR, useClass: WorkPlacesInterceptor },
        WorkPlaces,
        {
          provide: LargeBodies,
          inject: [WorkPlaces],
          useFactory: (places: WorkPlaces) => new LargeBodies(places, runtime.data.git),
        },
        { provide: PageThread, useValue: pages },
        PagePlaces,
        PageFailures,
        { provide: APP_FILTER, useExisting: ErrorFilter },
        ErrorFilter,
        Authenticator,
        TransferUrls,
        BrokenUploads,
        FailureCounts,
        PageProof,
        PageMemory,
        OutsideAddresses,
        BrowseReader,
        LfsStates,
        PageTexts,
        ContentsReader,
        ContentsHtml,
        CommitViews,
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
