import { LfsObjectState, routes, type LfsCollectionReport, type StartLfsCollection } from '@granary/api-contract';
import {
  LfsCollectionStateService,
  LfsKeepersService,
  LfsStoredObjectsService,
  LfsTrashService,
  roleAtLeast,
  type Actor,
  type OpenRepository,
} from '@granary/forge';
import { DomainError, invalidField } from '@granary/kernel';
import { isLfsOid } from '@granary/wire';
import { Controller, Param, Query, Req, Res } from '@nestjs/common';
import type { Response } from 'express';
import { CurrentActor, InRepository, Opened } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import type { HubRequest } from '../hub-request';
import { OutsideAddresses } from '../outside';
import { pageOf, sendPage } from '../pagination';
import { BodyOf, Route } from '../route';
import { clientGone } from '../transfer/client-gone';

/** Somebody waits for the answer. */
const MAX_SEARCH_MS = 20_000;

/** The LFS objects of a repository: which there are, who keeps them, and the collection of those that nobody does. */
@Controller()
@Surface('rest')
export class LfsObjectsController {
  constructor(
    private readonly stored: LfsStoredObjectsService,
    private readonly keepers: LfsKeepersService,
    private readonly trash: LfsTrashService,
    private readonly collections: LfsCollectionStateService,
    private readonly outside: OutsideAddresses,
  ) {}

  /** What is in the trash is out of reach for readers, and not told to them either. */
  @Route(routes.listLfsObjects)
  @InRepository('read')
  async list(
    @Opened() { repository, role }: OpenRepository,
    @Query() query: Record<string, unknown>,
    @Req() request: HubRequest,
    @Res({ passthrough: true }) response: Response,
  ) {
    const page = pageOf(query);
    const filter = { state: stateOf(query['state']), withTrash: roleAtLeast(role, 'write') };
    const { limit, offset } = page;
    const [rows, total] = await Promise.all([
      this.stored.list(repository.id, { ...filter, limit, offset }),
      this.stored.count(repository.id, filter),
    ]);
    return sendPage(rows, page, { request, response, baseUrl: this.outside.baseUrl, total });
  }

  /** It searches the history, and tells of commits that were pushed away: nothing for everybody who may read. */
  @Route(routes.getLfsObject)
  @InRepository('write')
  one(
    @CurrentActor() actor: Actor,
    @Opened() opened: OpenRepository,
    @Param('oid') oid: string,
    @Res({ passthrough: true }) response: Response,
  ) {
    return this.keepers.of(actor, opened, oidOf(oid), { signal: clientGone(response), maxMs: MAX_SEARCH_MS });
  }

  /** Whoever may push it may have it back. */
  @Route(routes.restoreLfsObject)
  @InRepository('write')
  async restore(@Opened() { repository }: OpenRepository, @Param('oid') oid: string) {
    await this.trash.restoreOne(repository, oidOf(oid));
    return this.stored.get(repository.id, oid);
  }

  @Route(routes.getLfsCollection)
  @InRepository('admin')
  async last(@Opened() { repository }: OpenRepository) {
    const { waiting_since, last_run, last_dry_run } = await this.collections.get(repository.id);
    return { waiting_since, last_run: presentReport(last_run), last_dry_run: presentReport(last_dry_run) };
  }

  /** A run may take minutes: it is asked for, and its report is read later. */
  @Route(routes.startLfsCollection)
  @InRepository('admin')
  async collect(
    @Opened() { repository }: OpenRepository,
    @BodyOf(routes.startLfsCollection) { dry_run: dryRun }: StartLfsCollection,
  ) {
    await this.collections.request(repository.id, { dryRun });
    return { waiting_since: (await this.collections.get(repository.id)).waiting_since, dry_run: dryRun };
  }
}

function stateOf(value: unknown): LfsObjectState | undefined {
  if (value === undefined) return undefined;
  const parsed = LfsObjectState.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalidField('state', `There is no such state; choose from ${LfsObjectState.options.join(', ')}.`, 'invalid');
}

function oidOf(text: string): string {
  if (isLfsOid(text)) return text;
  throw new DomainError('not_found', 'Not Found', { hint: 'An oid is 64 lower-case hex digits (SHA-256).' });
}

/** What git said names paths of the hub's machine: its operator reads it with the CLI. */
function presentReport(report: LfsCollectionReport | null): LfsCollectionReport | null {
  if (report?.error === undefined) return report;
  return { ...report, error: 'The history could not be read to its end, so nothing was collected.' };
}
