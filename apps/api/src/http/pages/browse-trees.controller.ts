import {
  countCommits,
  faultOfTreePath,
  folderCommits,
  newestCommit,
  type FolderCommits,
  type GitRepository,
  type ObjectAt,
  type ResolvedAt,
} from '@granary/git-process';
import { atOf, BlobLook, pageBelow, type BlobPage, type RefName, type TreePage } from '@granary/api-contract';
import {
  fullName,
  readBlob,
  readReadme,
  readSubmodule,
  readSubmodulePages,
  readTaggedBlob,
  readTree,
  type Actor,
  type BlobContent,
  type OpenRepository,
  type SubmoduleHost,
  type TreeEntry,
} from '@granary/forge';
import { DomainError } from '@granary/kernel';
import { isPlainPath } from '@granary/wire';
import { Controller, Get, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { CurrentActor, InRepository, Opened } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import { OutsideAddresses } from '../outside';
import { pageOf } from '../pagination';
import { presentCommit, presentEntry, presentPathLock, presentPointer } from '../presenters/browse.presenter';
import { clientGone } from '../transfer/client-gone';
import { BrowseReader } from './browse.reader';
import { imageTypeOf } from './image-type';
import { PageTexts } from './page-texts';
import { objectAt, presentAt } from './places';

const MAX_README_BYTES = 1024 * 1024;
const MAX_TEXT_BYTES = 1024 * 1024;
const ENTRIES_A_PAGE = 500;
/** Of a tag that names a tree. */
const NO_HISTORY: FolderCommits = { newest: null, last: new Map() };
const MAX_COUNTED_COMMITS = 100_000;
/** Larger images are offered as a download. */
const MAX_PREVIEW_BYTES = 20 * 1024 * 1024;

/** Without what else is known of a place: it goes to a thread of the renderer. */
const nameAlone = ({ kind, ref }: RefName): RefName => ({ kind, ref });

/** Page models of folders and files. */
@Controller('api/web/repos/:ns/:repo')
@Surface('web')
@InRepository('read')
export class BrowseTreesController {
  constructor(
    private readonly reader: BrowseReader,
    private readonly texts: PageTexts,
    private readonly outside: OutsideAddresses,
  ) {}

  @Get('tree')
  async tree(
    @Opened() opened: OpenRepository,
    @Query() query: Record<string, unknown>,
    @Res({ passthrough: true }) response: Response,
  ): Promise<TreePage> {
    const bare = this.reader.bare(opened, clientGone(response));
    const { page } = pageOf({ page: query['page'] });
    const [frame, place] = await Promise.all([this.reader.frame(opened, bare), objectAt(bare, query['at'], true)]);
    if (!place) {
      const nothing = { entries: [], entry_count: 0, page, has_next: false, readme: null };
      return { ...frame, at: null, last_commit: null, commit_count: null, ...nothing };
    }
    // A tag may name a tree, which has no history.
    const isCommit = place.type === 'commit';
    const [listing, count] = await Promise.all([
      readTree(bare, { ...place, offset: (page - 1) * ENTRIES_A_PAGE, limit: ENTRIES_A_PAGE }),
      isCommit ? countCommits(bare, place.sha, MAX_COUNTED_COMMITS) : null,
    ]);
    const { entries } = listing;
    const [{ newest, last }, readme, submodules] = await Promise.all([
      isCommit ? folderCommits(bare, { ...place, entries }) : NO_HISTORY,
      this.readme(opened, bare, { at: place, entries: listing.readmes }),
      readSubmodulePages(bare, { sha: place.sha, entries, host: this.hostOf(opened) }),
    ]);
    const facts = await this.reader.facts(opened, {
      commits: [newest, ...last.values()],
      pointers: entries.map(({ lfs }) => lfs),
      at: place,
      paths: entries.map(({ path }) => path),
      signal: bare.signal,
    });
    return {
      ...frame,
      at: presentAt(place),
      last_commit: newest && presentCommit(newest, facts),
      commit_count: count,
      entries: entries.map((entry) => {
        const { path } = entry;
        const known = { lastCommit: last.get(path) ?? null, submoduleUrl: submodules.get(path) ?? null };
        return presentEntry(entry, known, facts);
      }),
      entry_count: listing.total,
      page,
      has_next: listing.isTruncated,
      readme,
    };
  }

  @Get('blob')
  async blob(
    @Opened() opened: OpenRepository,
    @CurrentActor() actor: Actor,
    @Query() query: Record<string, unknown>,
    @Res({ passthrough: true }) response: Response,
  ): Promise<BlobPage> {
    const look = lookOf(query['look']);
    const bare = this.reader.bare(opened, clientGone(response));
    const place = await objectAt(bare, query['at'], false);
    if (!place) throw new DomainError('not_found', 'This repository is empty.');
    const submodule = await readSubmodule(bare, { ...place, host: this.hostOf(opened) });
    const [frame, blob, newest] = await Promise.all([
      this.reader.frame(opened, bare),
      submodule ? asBlob(place, submodule.oid) : this.blobAt(bare, place),
      place.type === 'commit' ? newestCommit(bare, place) : null,
    ]);
    const facts = await this.reader.facts(opened, {
      commits: [newest],
      pointers: [blob.lfs],
      at: place,
      paths: [place.path],
      signal: bare.signal,
    });
    const lfs = presentPointer(blob.lfs, facts.lfs);
    const isPreview = lfs?.present && imageTypeOf(blob.path) !== null && lfs.size_bytes <= MAX_PREVIEW_BYTES;
    const committable = isPlainPath(place.path) && faultOfTreePath(place.path) === null;
    return {
      ...frame,
      at: presentAt(place),
      last_commit: newest && presentCommit(newest, facts),
      oid: blob.oid,
      mode: blob.mode,
      size_bytes: blob.sizeBytes,
      kind: submodule ? 'submodule' : isPreview ? 'image' : blob.kind,
      text: blob.text,
      submodule_url: submodule?.page ?? null,
      rendered: await this.renderedBlob(opened, bare, { place, text: blob.kind === 'text' ? blob.text : null, look }),
      lfs,
      lock: presentPathLock(place.path, facts),
      committable,
      deletable: !submodule && committable && (await this.reader.mayCommit({ opened, actor, at: place }, facts)),
      raw_url: pageBelow(`${this.outside.baseUrl}/${fullName(opened.repository)}`, 'raw', atOf(place, place.path)),
    };
  }

  private blobAt(bare: GitRepository, { type, sha, ref, path }: ObjectAt): Promise<BlobContent> {
    const isTagged = type === 'blob' && path === '';
    return isTagged
      ? readTaggedBlob(bare, { oid: sha, name: ref, limitBytes: MAX_TEXT_BYTES })
      : readBlob(bare, { sha, path, limitBytes: MAX_TEXT_BYTES });
  }

  private hostOf({ repository }: OpenRepository): SubmoduleHost {
    const { baseUrl, ssh } = this.outside;
    return { baseUrl, sshHost: ssh?.host ?? null, fullName: fullName(repository) };
  }

  private async readme(
    { repository }: OpenRepository,
    bare: GitRepository,
    { at, entries }: { at: ObjectAt; entries: readonly TreeEntry[] },
  ): Promise<TreePage['readme']> {
    const readme = await readReadme(bare, { sha: at.sha, entries, limitBytes: MAX_README_BYTES });
    if (!readme) return null;
    const { path, textPath, text, isTruncated: truncated } = readme;
    const shown = { repository, at: nameAlone(at), path: textPath, text, signal: bare.signal };
    return { path, rendered: await this.texts.rendered(shown, 'rendered'), truncated };
  }

  /** Null for what is no text, or where the text alone is asked for. */
  private async renderedBlob(
    { repository }: OpenRepository,
    { signal }: GitRepository,
    { place, text, look }: { place: ResolvedAt; text: string | null; look: BlobLook },
  ): Promise<BlobPage['rendered']> {
    if (text === null || look === 'text') return null;
    return this.texts.rendered({ repository, at: nameAlone(place), path: place.path, text, signal }, look);
  }
}

/** A submodule has no content here: the commit of another repository stands for it. */
function asBlob({ path }: ObjectAt, oid: string): BlobContent {
  const nothing = { sizeBytes: 0, gitSizeBytes: 0, imageType: null, bytes: null, text: null, lfs: null };
  return { path, oid, mode: '160000', kind: 'binary', ...nothing };
}

function lookOf(look: unknown): BlobLook {
  const asked = BlobLook.safeParse(look ?? 'text');
  if (asked.success) return asked.data;
  throw new DomainError('bad_request', `look is one of: ${BlobLook.options.join(', ')}.`);
}
