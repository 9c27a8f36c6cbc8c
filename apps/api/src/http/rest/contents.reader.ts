import { findEntry, followLink, kindOf, realPath, type GitRepository, type ResolvedAt } from '@granary/git-process';
import type { ContentFile } from '@granary/api-contract';
import {
  CatFilesService,
  fullName,
  readSubmoduleUrls,
  readTree,
  standingForObjects,
  type OpenRepository,
  type PointerFacts,
} from '@granary/forge';
import { parsePointer, type LsTreeEntry } from '@granary/wire';
import { Injectable } from '@nestjs/common';
import { LfsStates, type LfsFacts } from '../lfs-states';
import { OutsideAddresses } from '../outside';
import { urlsOf } from '../presenters/commit.presenter';
import { base64Lines, presentEntryContent } from '../presenters/contents.presenter';

/** GitHub hands larger files out in their raw form only. */
const MAX_CONTENT_BYTES = 1024 * 1024;

/** A place in a repository: what the answer's addresses shall name, too. */
export interface ContentPlace {
  opened: OpenRepository;
  bare: GitRepository;
  at: Pick<ResolvedAt, 'kind' | 'ref' | 'sha'>;
}

/** Files and directories in GitHub's shape. */
@Injectable()
export class ContentsReader {
  constructor(
    private readonly catFiles: CatFilesService,
    private readonly lfs: LfsStates,
    private readonly outside: OutsideAddresses,
  ) {}

  /** At most 1,000 entries, as on GitHub. */
  async directory(place: ContentPlace, path: string) {
    const { entries } = await readTree(place.bare, { sha: place.at.sha, path });
    const pointers = entries.flatMap(({ lfs }) => lfs ?? []);
    const facts = await this.lfsOf(place, pointers);
    return entries.map(({ path: below, type: kind, oid, blobSizeBytes, lfs }) => {
      const entry = presentEntryContent(
        { path: below, kind, oid, sizeBytes: blobSizeBytes ?? 0, lfs: lfs && { ...lfs, facts } },
        this.addressesOf(place),
      );
      return kind === 'submodule' ? { ...entry, type: 'file' as const } : entry;
    });
  }

  /** At its own path, where that of the request leads through linked directories. @throws DomainError `not_found` */
  async entry({ bare, at: { sha } }: ContentPlace, path: string): Promise<LsTreeEntry> {
    const real = await realPath(bare, { sha, path, isFollowed: false });
    return findEntry(bare, { sha, path: real });
  }

  /**
   * A symbolic link to a file of the repository stands for that file, as on GitHub: under the link's own path. Every
   * other link, and everything else, is what it is.
   */
  async followed({ bare, at: { sha } }: ContentPlace, entry: LsTreeEntry): Promise<LsTreeEntry> {
    const target = kindOf(entry) === 'symlink' ? await followLink(bare, { sha, entry }) : null;
    return target && kindOf(target) === 'blob' ? { ...target, path: entry.path } : entry;
  }

  async file(place: ContentPlace, found: LsTreeEntry): Promise<ContentFile> {
    const { path, oid } = found;
    const kind = kindOf(found);
    const sizeBytes = found.sizeBytes ?? 0;
    const isWhole = kind !== 'submodule' && sizeBytes <= MAX_CONTENT_BYTES;
    const objects = this.catFiles.open(place.bare.path);
    const data = (isWhole && (await objects.contents(oid, { maxBytes: MAX_CONTENT_BYTES }))?.data) || null;
    const pointer = data && kind === 'blob' ? parsePointer(data) : null;
    const named = pointer?.kind === 'pointer' ? [{ sha: place.at.sha, path, pointer }] : [];
    const [standing] = await standingForObjects(place.bare, named);
    const lfs = standing ? { ...standing.pointer, facts: await this.lfsOf(place, [standing.pointer]) } : null;
    const entry = presentEntryContent({ path, kind, oid, sizeBytes, lfs }, this.addressesOf(place));
    if (kind === 'submodule') {
      const url = (await readSubmoduleUrls(place.bare, place.at.sha)).get(path);
      return { ...entry, type: 'submodule', submodule_git_url: url ?? null };
    }
    if (kind === 'symlink') return { ...entry, type: 'symlink', target: data?.toString('utf8') ?? '' };
    return data
      ? { ...entry, type: 'file', content: base64Lines(data), encoding: 'base64' }
      : { ...entry, type: 'file', content: '', encoding: 'none' };
  }

  private lfsOf({ opened, bare, at: { sha } }: ContentPlace, pointers: readonly PointerFacts[]): Promise<LfsFacts> {
    return this.lfs.of(opened, pointers, { sha, signal: bare.signal });
  }

  addressesOf({ opened, at }: Pick<ContentPlace, 'opened' | 'at'>) {
    return { at, urls: urlsOf(fullName(opened.repository), this.outside.baseUrl) };
  }
}
