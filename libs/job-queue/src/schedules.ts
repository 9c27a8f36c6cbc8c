import type { JobStore } from './backend';
import type { Catalogue } from './catalogue';
import { lifecycleOptions } from './lifecycle';
import type { QueueLog } from './log';
import { isServerOutage } from '@granary/kernel';

const ASSERT_EVERY_MS = 60_000;

/**
 * Keeps the recurring jobs of the catalogue scheduled. They are looked at again and again, because a Redis that lost its
 * memory lost the schedules too, and because a worker that dies at the wrong moment can break a scheduler's chain.
 */
export class Schedules {
  private timer: NodeJS.Timeout | undefined;
  private asserting = false;

  constructor(
    private readonly catalogue: Catalogue,
    private readonly store: (queue: string) => JobStore,
    private readonly log: QueueLog,
  ) {}

  async start(): Promise<void> {
    this.timer = setInterval(() => void this.assertAll(), ASSERT_EVERY_MS).unref();
    await this.assertAll();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Schedules what is missing, late or different, and drops what the catalogue no longer has. Logs what fails. */
  async assertAll(): Promise<void> {
    // With Redis away the last round may still wait for it.
    if (this.asserting) return;
    this.asserting = true;
    try {
      for (const name of this.catalogue.jobNames) await this.assertOne(name);
      const used = this.catalogue.jobNames.map((name) => this.catalogue.policy(name).queue);
      for (const queue of new Set(used)) await this.dropUnknown(queue);
    } catch (err) {
      if (!isServerOutage(err)) this.log.error({ err }, 'the recurring jobs could not be scheduled');
    } finally {
      this.asserting = false;
    }
  }

  private async assertOne(name: string): Promise<void> {
    const policy = this.catalogue.policy(name);
    const { queue, everySeconds } = policy;
    if (everySeconds === undefined) return;
    const every = everySeconds * 1000;
    const known = await this.store(queue).getJobScheduler(name);
    const onTime = known?.next !== undefined && known.next > Date.now() - every - ASSERT_EVERY_MS;
    if (known?.every === every && onTime) return;
    await this.store(queue).upsertJobScheduler(name, { every }, { name, data: {}, opts: lifecycleOptions(policy) });
  }

  private async dropUnknown(queue: string): Promise<void> {
    for (const { key } of await this.store(queue).getJobSchedulers()) {
      const wanted = this.catalogue.has(key) && this.catalogue.policy(key).everySeconds !== undefined;
      if (!wanted) await this.store(queue).removeJobScheduler(key);
    }
  }
}
