import { readSigningKey, type SigningKey } from '@granary/wire';
import type { GpgKey } from '../identity';

/** A key has at most 64 KiB of armour. */
const MAX_KEYS = 128;

/**
 * GPG keys that were used lately, parsed, and with their own signatures checked: that costs more than the signature of a
 * commit. A registered key never changes, and its id is never used again.
 */
export class ParsedKeys {
  /** In the order of their last use. */
  private readonly keys = new Map<number, Promise<SigningKey | null>>();

  /** Null for a key whose row is damaged: it was read when it was registered. */
  get({ id, armored }: GpgKey): Promise<SigningKey | null> {
    const key = this.keys.get(id) ?? readSigningKey(armored).catch(() => null);
    this.keys.delete(id);
    this.keys.set(id, key);
    const [oldest] = this.keys.keys();
    if (this.keys.size > MAX_KEYS && oldest !== undefined) this.keys.delete(oldest);
    return key;
  }
}
