import { checkOpenPgpSignature, verifySshSig, type OpenPgpVerdict } from '@granary/wire';
import type { GpgKey, GpgKeysService, SshKeysService, User } from '../identity';
import type { Claim } from './claim';
import type { ParsedKeys } from './parsed-keys';
import type { Finding } from './verification.policy';

/** git's namespace for signatures (gitformat-signature(5)): one made for anything else is good for nothing here. */
const NAMESPACE = 'git';

export interface Checked {
  finding: Finding;
  /** Who has registered the key that signed; null unless the signature is by it. */
  signer: User | null;
}

type ClaimOf<K extends Claim['kind']> = Extract<Claim, { kind: K }>;
type OwnedGpgKey = { key: GpgKey; owner: User };

/** The registered keys that a number of signatures claim to be by, and what comes of them. */
export class Keyring {
  private constructor(
    private readonly sshOwners: ReadonlyMap<string, User>,
    private readonly gpgKeys: readonly OwnedGpgKey[],
    private readonly at: { parsed: ParsedKeys; now: Date; minRsaBits: number },
  ) {}

  /** Asks for all keys at once: a query for each kind. */
  static async open(
    claims: readonly Claim[],
    from: { ssh: SshKeysService; gpg: GpgKeysService; parsed: ParsedKeys; now: Date; minRsaBits: number },
  ): Promise<Keyring> {
    const fingerprints = claims.flatMap((claim) => (claim.kind === 'ssh' ? [claim.fingerprint] : []));
    const keyIds = claims.flatMap((claim) => (claim.kind === 'gpg' ? [claim.keyId] : []));
    const [owners, keys] = await Promise.all([from.ssh.ownersOf(fingerprints), from.gpg.byKeyIds(keyIds)]);
    return new Keyring(owners, keys, from);
  }

  async check(claim: Claim): Promise<Checked> {
    if (claim.kind === 'ssh') return this.checkSsh(claim);
    if (claim.kind === 'gpg') return this.checkGpg(claim);
    return { finding: claim, signer: null };
  }

  private checkSsh({ fingerprint, sig, payload }: ClaimOf<'ssh'>): Checked {
    const owner = this.sshOwners.get(fingerprint);
    if (!owner) return { finding: { kind: 'by_nobody' }, signer: null };
    return checked(verifySshSig(sig, payload, NAMESPACE) ? 'good' : 'invalid', owner);
  }

  /** Ids are short enough to collide, so that several keys may have one: it counts which of them did sign. */
  private async checkGpg({ keyId, sig, payload }: ClaimOf<'gpg'>): Promise<Checked> {
    let result: Checked = { finding: { kind: 'by_nobody' }, signer: null };
    for (const { key, owner } of this.gpgKeys.filter((each) => each.key.keyIds.includes(keyId))) {
      const { parsed, now, minRsaBits } = this.at;
      const signingKey = await parsed.get(key);
      if (!signingKey) {
        result = { finding: { kind: 'unreadable', reason: 'gpgverify_error' }, signer: null };
        continue;
      }
      const verdict = await checkOpenPgpSignature(sig, payload, { key: signingKey, now, policy: { minRsaBits } });
      result = checked(verdict, owner);
      if (verdict !== 'invalid') break;
    }
    return result;
  }
}

function checked(verdict: OpenPgpVerdict, owner: User): Checked {
  const finding: Finding = { kind: 'checked', verdict, ownerEmail: owner.email };
  return { finding, signer: verdict === 'invalid' ? null : owner };
}
