import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  capabilitiesOf,
  formatAnyFormatAdvertisement,
  formatLsRefsAnswer,
  formatPkt,
  formatRefAdvertisement,
  formatServiceLine,
  type LsRefsRequest,
} from '@granary/wire';
import type { GitHome } from '../home/git-home';
import { GitFailed } from '../process/git-failed';
import { advertiseRefs, type AdvertiseRefsOptions } from '../serve/advertise-refs';
import { protocolVersionOf } from '../serve/git-protocol';
import { RefSnapshots, type RefSnapshot, type RefSnapshotsOptions } from './ref-snapshots';

/** What git says of a repository that no move of a ref changes, save the first one. */
interface Nature {
  objectFormat: string;
  /** The whole answer to `info/refs` of upload-pack in version 2. */
  capabilityAdvertisement: Buffer;
}

export interface Questioned {
  repositoryPath: string;
  /** Nobody has pushed to it yet: the first push may still choose its object format. */
  isEmpty?: boolean;
}

const MAX_NATURES = 10_000;
const MAX_KEY_LENGTH = 4096;
/** Of one snapshot: clients ask in few ways. */
const MAX_ANSWERS = 4;

/**
 * Answers what clients ask about refs over HTTP from snapshots, in this process. What it does not understand, and what
 * is too long to be kept, is left to git.
 */
export class RefAdvertiser {
  private readonly snapshots: RefSnapshots;
  private readonly natures = new Map<string, Nature>();
  /** By service and object format: git's own, learned from its first advertisement. */
  private readonly capabilities = new Map<string, string>();

  constructor(
    private readonly home: GitHome,
    options: RefSnapshotsOptions = {},
  ) {
    this.snapshots = new RefSnapshots(home, options);
  }

  /** Questions answered from a snapshot that was there, and snapshots that git was asked for. */
  get counts(): Readonly<{ hits: number; reads: number }> {
    return this.snapshots.counts;
  }

  /** The body of `GET info/refs?service=…`, as {@link advertiseRefs} has it. A stream is git's, and ends as it says. */
  async advertise(options: AdvertiseRefsOptions & Questioned): Promise<Buffer | Readable> {
    const { service, repositoryPath, protocol } = options;
    const nature = await this.natureOf(options);
    const version = protocolVersionOf(protocol);
    if (version === 2 && service === 'git-upload-pack') return nature.capabilityAdvertisement;
    const snapshot = await this.snapshotOf(repositoryPath, nature);
    // Whether upload-pack names its capabilities in an empty repository differs from version to version.
    const isEmpty = !snapshot?.refs.some(({ oid }) => oid !== null);
    if (!snapshot || (isEmpty && service === 'git-upload-pack')) return advertiseRefs(this.home, options);
    const capabilities = await this.capabilitiesFor(options, nature);
    return remembered(snapshot, `${service} ${version} ${nature.objectFormat}`, () =>
      Buffer.concat([
        formatServiceLine(service),
        ...(version === 1 ? [formatPkt('version 1\n')] : []),
        formatRefAdvertisement(snapshot.refs, {
          capabilities,
          forFetch: service === 'git-upload-pack',
          zeroOid: '0'.repeat(nature.objectFormat === 'sha256' ? 64 : 40),
        }),
      ]),
    );
  }

  /**
   * How receive-pack begins in a repository without refs that takes the object format of its first push, without what
   * HTTP puts before it.
   *
   * @returns `null` where the format is settled.
   */
  async advertiseAnyFormat(repositoryPath: string): Promise<Buffer | null> {
    const nature = await this.natureOf({ repositoryPath, isEmpty: true });
    if (nature.objectFormat !== 'sha1') return null;
    const snapshot = await this.snapshotOf(repositoryPath, nature);
    if (!snapshot || snapshot.refs.some(({ oid }) => oid !== null)) return null;
    const capabilities = await this.capabilitiesFor({ service: 'git-receive-pack', repositoryPath }, nature);
    return formatAnyFormatAdvertisement(capabilities, ['sha1', 'sha256']);
  }

  /**
   * The answer to an `ls-refs` of protocol version 2.
   *
   * @returns `null` where git should answer: for another object format, or for more refs than may be kept.
   */
  async lsRefs(asked: Questioned, request: LsRefsRequest): Promise<Buffer | null> {
    const { repositoryPath } = asked;
    const nature = await this.natureOf(asked);
    if (request.objectFormat !== nature.objectFormat) return null;
    const snapshot = await this.snapshotOf(repositoryPath, nature);
    if (!snapshot) return null;
    return remembered(snapshot, JSON.stringify(request), () => formatLsRefsAnswer(snapshot.refs, request));
  }

  /** As {@link RefSnapshots.refresh}, for a repository whose refs this process has moved. */
  refresh(repositoryPath: string): void {
    const nature = this.natures.get(repositoryPath);
    if (nature) this.snapshots.refresh(repositoryPath, nature.objectFormat);
  }

  /** @returns `null` when there are more refs than may be kept, or git has trouble that it should tell itself. */
  private async snapshotOf(repositoryPath: string, { objectFormat }: Nature): Promise<RefSnapshot | null> {
    try {
      return await this.snapshots.get(repositoryPath, objectFormat);
    } catch (error) {
      if (error instanceof GitFailed) return null;
      throw error;
    }
  }

  private async natureOf({ repositoryPath, isEmpty = false }: Questioned): Promise<Nature> {
    const known = this.natures.get(repositoryPath);
    if (known && !isEmpty) return known;
    const stream = advertiseRefs(this.home, { service: 'git-upload-pack', repositoryPath, protocol: 'version=2' });
    const capabilityAdvertisement = await buffer(stream);
    const [, objectFormat = 'sha1'] = /object-format=(\w+)/.exec(capabilityAdvertisement.toString('latin1')) ?? [];
    const nature = { objectFormat, capabilityAdvertisement };
    this.natures.delete(repositoryPath);
    if (isEmpty) return nature;
    const [oldest] = this.natures.keys();
    if (this.natures.size >= MAX_NATURES && oldest !== undefined) this.natures.delete(oldest);
    this.natures.set(repositoryPath, nature);
    return nature;
  }

  private async capabilitiesFor(
    { service, repositoryPath, signal }: AdvertiseRefsOptions,
    { objectFormat }: Nature,
  ): Promise<string> {
    const key = `${service} ${objectFormat}`;
    const known = this.capabilities.get(key);
    if (known !== undefined) return known;
    const advertisement = await buffer(advertiseRefs(this.home, { service, repositoryPath, signal }));
    const learned = capabilitiesOf(advertisement.subarray(formatServiceLine(service).length));
    this.capabilities.set(key, learned);
    return learned;
  }
}

/** A long key is one that no other client sends. */
function remembered(snapshot: RefSnapshot, key: string, format: () => Buffer): Buffer {
  const known = snapshot.answers.get(key);
  if (known) return known;
  const formatted = format();
  if (key.length > MAX_KEY_LENGTH) return formatted;
  const [oldest] = snapshot.answers.keys();
  if (snapshot.answers.size >= MAX_ANSWERS && oldest !== undefined) snapshot.answers.delete(oldest);
  snapshot.answers.set(key, formatted);
  return formatted;
}
