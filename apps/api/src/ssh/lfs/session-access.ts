import { repositoryNotFound, type OpenRepository, type UserActor } from '@granary/forge';

export interface Admitted {
  actor: UserActor;
  opened: OpenRepository;
}

/** Between transfers of many small objects the door is not asked each time. */
const FRESH_MS = 5_000;

/**
 * Who acts in a session, and where. A session lasts for hours, so the key, the account and the role are looked up
 * again: for each batch and each lock, as over HTTP for each request, and for transfers within seconds.
 */
export class SessionAccess {
  private checkedAtMs = performance.now();

  constructor(
    private admitted: Admitted,
    private readonly admit: (repositoryId: number) => Promise<Admitted | null>,
  ) {}

  async now(): Promise<Admitted> {
    // Whoever is refused here has no moments left of what was allowed before.
    this.checkedAtMs = -Infinity;
    const again = await this.admit(this.admitted.opened.repository.id);
    if (!again) throw repositoryNotFound();
    this.checkedAtMs = performance.now();
    return (this.admitted = again);
  }

  lately(): Promise<Admitted> {
    if (performance.now() - this.checkedAtMs < FRESH_MS) return Promise.resolve(this.admitted);
    return this.now();
  }
}
