import type { Clock } from '@granary/kernel';
import { parseTag, type SignedObject, type TagObject } from '@granary/wire';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, FORGE_OPTIONS } from '../database/tokens';
import { GpgKeysService, SshKeysService, type User } from '../identity';
import { CatFilesService } from '../repositories';
import { readClaim, type Claim } from './claim';
import { Keyring } from './keyring';
import { ParsedKeys } from './parsed-keys';
import { readStored, splitSigned, type StoredObject } from './signed-objects';
import { judge, type VerificationReason } from './verification.policy';

export interface Verification {
  verified: boolean;
  reason: VerificationReason;
  /** Armoured; null for what is unsigned. */
  signature: string | null;
  /** What was signed, read as UTF-8. */
  payload: string | null;
  /** Who made it, as far as the signature is right, whether it counts or not. */
  signer: User | null;
  /** The key that it names: an SSH fingerprint, or an OpenPGP key id. */
  key: { kind: 'ssh' | 'gpg'; id: string } | null;
}

export interface VerifiedTag {
  tag: TagObject;
  verification: Verification;
}

/** A commit, and its committer's e-mail as it is shown: the hub vouches for what its reader sees. */
export interface CommitToVerify {
  sha: string;
  email: string;
}

interface Read {
  stored: StoredObject;
  signed: SignedObject | null;
  claim: Claim;
}

/**
 * Judges signatures of commits and tags by the keys that are registered now. A key that is deleted takes its commits'
 * verification with it; nothing is kept. Costs two queries and no git process of its own, however many are asked for.
 */
@Injectable()
export class SignaturesService {
  private readonly parsed = new ParsedKeys();

  constructor(
    private readonly catFiles: CatFilesService,
    private readonly ssh: SshKeysService,
    private readonly gpg: GpgKeysService,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(FORGE_OPTIONS) private readonly options: { minRsaBits: number },
  ) {}

  /** By commit id. What the repository does not have as a commit is left out. */
  async ofCommits(repositoryPath: string, commits: readonly CommitToVerify[]): Promise<Map<string, Verification>> {
    const emails = new Map(commits.map(({ sha, email }) => [sha, email]));
    const read = (await this.read(repositoryPath, [...emails.keys()])).filter(({ stored }) => stored.type === 'commit');
    return this.verify(read, ({ oid }) => emails.get(oid) ?? null);
  }

  /** By the id of the tag object. What is no annotated tag, or one that breaks its format, is left out. */
  async ofTags(repositoryPath: string, oids: readonly string[]): Promise<Map<string, VerifiedTag>> {
    const tags = new Map<string, TagObject>();
    const read = await this.read(repositoryPath, oids);
    for (const { stored } of read) {
      const tag = stored.type === 'tag' && stored.data ? parseTag(stored.data) : null;
      if (tag?.kind === 'tag') tags.set(stored.oid, tag);
    }
    const verified = await this.verify(read, ({ oid }) => tags.get(oid)?.tagger?.email ?? null);
    return new Map(
      [...tags].flatMap(([oid, tag]) => {
        const verification = verified.get(oid);
        return verification ? [[oid, { tag, verification }]] : [];
      }),
    );
  }

  private async read(repositoryPath: string, oids: readonly string[]): Promise<Read[]> {
    const read: Read[] = [];
    for (const stored of await readStored(this.catFiles.open(repositoryPath), oids)) {
      const signed = splitSigned(stored);
      const claim: Claim = stored.data ? await readClaim(signed) : { kind: 'unreadable', reason: 'gpgverify_error' };
      read.push({ stored, signed, claim });
    }
    return read;
  }

  private async verify(
    read: readonly Read[],
    emailOf: (stored: StoredObject) => string | null,
  ): Promise<Map<string, Verification>> {
    const { ssh, gpg, parsed } = this;
    const at = { now: this.clock.now(), minRsaBits: this.options.minRsaBits };
    const claims = read.map(({ claim }) => claim);
    const keyring = await Keyring.open(claims, { ssh, gpg, parsed, ...at });
    const verifications = new Map<string, Verification>();
    for (const { stored, signed, claim } of read) {
      const { finding, signer } = await keyring.check(claim);
      verifications.set(stored.oid, {
        ...judge(finding, emailOf(stored)),
        signature: signed?.signature ?? null,
        payload: signed?.payload.toString('utf8') ?? null,
        signer,
        key: keyOf(claim),
      });
    }
    return verifications;
  }
}

function keyOf(claim: Claim): Verification['key'] {
  if (claim.kind === 'ssh') return { kind: 'ssh', id: claim.fingerprint };
  return claim.kind === 'gpg' ? { kind: 'gpg', id: claim.keyId } : null;
}
