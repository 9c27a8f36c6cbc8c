import { enums, type Config, type Key, type SignaturePacket, type Subkey } from 'openpgp';
import { findBinding, rightOnes } from './self-signatures';

/** One is enough to revoke. */
const MAX_REVOCATIONS = 4;

/** The library keeps these; its types do not tell. */
type WithDirectSignatures = Key & { directSignatures: SignaturePacket[] };

/**
 * Leaves a key only what counts: the latest signature on each thing, each of them right, and what is revoked by the key
 * itself. What others certified, pictures, and what is not rightly signed go. So whoever uses the key later has few
 * signatures to check, whatever its owner put into it.
 */
export async function prune(key: Key, config: Config): Promise<void> {
  const signer = key.keyPacket;
  const ownData = { key: signer };
  const revocation = { type: enums.signature.keyRevocation, signer, data: ownData, config };
  key.revocationSignatures = await rightOnes(key.revocationSignatures, revocation, MAX_REVOCATIONS);
  const whole = key as WithDirectSignatures;
  const direct = { type: enums.signature.key, signer, data: ownData, config };
  whole.directSignatures = await rightOnes(whole.directSignatures, direct, 1);
  await pruneUsers(key, config);
  await pruneSubkeys(key, config);
}

/** A user ID that its key has revoked is none any more, unless the key certified it again later. */
async function pruneUsers(key: Key, config: Config): Promise<void> {
  const kept: Key['users'] = [];
  for (const user of key.users) {
    const data = { userID: user.userID, key: key.keyPacket };
    const of = (type: enums.signature) => ({ type, signer: key.keyPacket, data, config });
    const [latest] = await rightOnes(user.selfCertifications, of(enums.signature.certGeneric), 1);
    const [revocation] = await rightOnes(user.revocationSignatures, of(enums.signature.certRevocation), 1);
    const isRevoked = Number(revocation?.created ?? -1) >= Number(latest?.created);
    if (!user.userID || !latest || isRevoked) continue;
    user.selfCertifications = [latest];
    user.otherCertifications = [];
    user.revocationSignatures = [];
    kept.push(user);
  }
  key.users = kept;
}

async function pruneSubkeys(key: Key, config: Config): Promise<void> {
  const kept: Subkey[] = [];
  for (const subkey of key.subkeys) {
    const binding = await findBinding(key, subkey, config);
    if (!binding) continue;
    const data = { key: key.keyPacket, bind: subkey.keyPacket };
    const revocation = { type: enums.signature.subkeyRevocation, signer: key.keyPacket, data, config };
    subkey.bindingSignatures = [binding];
    subkey.revocationSignatures = await rightOnes(subkey.revocationSignatures, revocation, MAX_REVOCATIONS);
    kept.push(subkey);
  }
  key.subkeys = kept;
}
