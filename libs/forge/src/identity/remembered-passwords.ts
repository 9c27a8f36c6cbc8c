import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '@granary/kernel';

const REMEMBER_MS = 5 * 60_000;
const REMEMBERED = 1000;

export interface GivenPassword {
  user: { id: number; passwordHash: string | null };
  password: string;
  /** From where: guesses from elsewhere are counted before they are compared with anything. */
  block: string;
}

/** Right passwords of the last minutes: a Git client sends its own with every request, and stretching costs. */
export class RememberedPasswords {
  private readonly right = new Map<string, { proof: Buffer; until: number }>();
  private readonly key = randomBytes(32);

  constructor(private readonly clock: Clock) {}

  /**
   * Compares and forgets in one step, without a moment between: after one wrong guess nothing is compared here until a
   * password was judged right again, so that guesses cannot be tried where nobody counts them.
   */
  matches(given: GivenPassword): boolean {
    const known = this.right.get(placeOf(given));
    const isRight = known !== undefined && known.until > this.now() && timingSafeEqual(known.proof, this.proof(given));
    if (!isRight) this.right.delete(placeOf(given));
    return isRight;
  }

  remember(given: GivenPassword): void {
    const [oldest] = this.right.keys();
    if (this.right.size >= REMEMBERED && oldest !== undefined) this.right.delete(oldest);
    this.right.set(placeOf(given), { proof: this.proof(given), until: this.now() + REMEMBER_MS });
  }

  private now(): number {
    return this.clock.now().getTime();
  }

  private proof({ user, password }: GivenPassword): Buffer {
    return createHmac('sha256', this.key).update(`${user.id}\0${user.passwordHash}\0${password}`).digest();
  }
}

function placeOf({ user, block }: GivenPassword): string {
  return `${user.id} ${block}`;
}
