import type { KeysAnswer, KeysRequest } from '@granary/gate-protocol';
import { parsePublicKey } from '@granary/wire';
import { z } from 'zod';
import type { Keyring } from '../ssh/public-key-login';

export const KeysRequestSchema: z.ZodType<KeysRequest> = z.strictObject({
  account: z.string(),
  keyType: z.string(),
  keyBlob: z.string(),
});

/**
 * Who may come in through sshd: the owner of a registered key, into the gate's account and no other. The command of the
 * answer's line is bound to the key, so that sshd's check of the signature stands for the hub's own.
 */
export async function answerKeys(
  request: KeysRequest,
  { keyring, account }: { keyring: Keyring; account: string },
): Promise<KeysAnswer> {
  if (request.account !== account) return { key: null };
  // How many bits are enough was decided when the key was registered.
  const parsed = parsePublicKey(`${request.keyType} ${request.keyBlob}`, { minRsaBits: 0 });
  if (parsed.kind === 'error') return { key: null };
  const { fingerprint, type, blob } = parsed.key;
  return { key: (await keyring.isRegistered(fingerprint)) ? { fingerprint, type, blob } : null };
}
