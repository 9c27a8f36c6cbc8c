import { sshFingerprint } from '@granary/wire';
import type { AuthContext, PublicKeyAuthContext } from 'ssh2';
import { isProven } from './key-signature';

export interface Keyring {
  /** Whether somebody active has registered the key. */
  isRegistered(fingerprint: string): Promise<boolean>;
}

export interface Login {
  userName: string;
  fingerprint: string;
}

const MAX_TRIES = 6;
const KEYS_ONLY = ['publickey' as const];

/**
 * Authentication of one connection (RFC 4252, section 7): by a registered key, and by nothing else. A key that is
 * only offered binds nobody; the login is there once a signature was verified.
 */
export class PublicKeyLogin {
  login: Login | null = null;
  private tries = 0;

  constructor(
    private readonly keyring: Keyring,
    private readonly giveUp: () => void,
  ) {}

  /** Answers one request of the client. */
  async answer(context: AuthContext): Promise<void> {
    // Every client asks with "none" first, to learn what there is.
    if (context.method === 'none') return context.reject(KEYS_ONLY);
    if (context.method === 'publickey' && (await this.isGood(context))) return context.accept();
    if (++this.tries >= MAX_TRIES) this.giveUp();
    else context.reject(KEYS_ONLY);
  }

  private async isGood(context: PublicKeyAuthContext): Promise<boolean> {
    // SHA-1 is refused at the offer already, so that the client tries another signature or key.
    if (context.key.algo === 'ssh-rsa' && context.hashAlgo === undefined) return false;
    const fingerprint = sshFingerprint(context.key.data);
    // Only bytes that were parsed when they were registered are parsed here.
    if (!(await this.keyring.isRegistered(fingerprint))) return false;
    if (!context.signature || !context.blob) return true;
    const proof = {
      type: context.key.algo,
      key: context.key.data,
      hashAlgorithm: context.hashAlgo,
      signature: context.signature,
      message: context.blob,
    };
    if (!isProven(proof)) return false;
    this.login = { userName: context.username, fingerprint };
    return true;
  }
}
