import type { Reduction } from '../rendering';

const MAX_TEXTS = 1_000;

/** Texts that took too much before: a second reader does not wait for what is known. Of each only a hash is kept. */
export class KnownHeavy {
  private readonly reductions = new Map<string, Reduction>();

  get(key: string): Reduction | null {
    return this.reductions.get(key) ?? null;
  }

  add(key: string, reduction: Reduction): void {
    const [oldest] = this.reductions.keys();
    if (this.reductions.size >= MAX_TEXTS && oldest !== undefined) this.reductions.delete(oldest);
    this.reductions.set(key, reduction);
  }
}
