import type { JobStore } from './backend';
import { JOB_NAMES, jobPolicy, type JobName, type QueueName } from './catalogue';
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
    private readonly store: (queue: QueueName) => JobStore,
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
      for (const name of JOB_NAMES) await this.assertOne(name);
      for (const queue of new Set(JOB_NAMES.map((name) => jobPolicy(name).queue))) await this.dropUnknown(queue);
    } catch (err) {
      if (!isServerOutage(err)) this.log.error({ err }, 'the recurring jobs could not be scheduled');
    } finally {
      this.asserting = false;
    }
  }

  private async assertOne(name: JobName): Promise<void> {
    const { queue, everySeconds } = jobPolicy(name);
    if (everySeconds === undefined) return;
    const every = everySeconds * 1000;
    const known = await this.store(queue).getJobScheduler(name);
    const onTime = known?.next !== undefined && known.next > Date.now() - every - ASSERT_EVERY_MS;
    if (known?.every === every && onTime) return;
    await this.store(queue).upsertJobScheduler(name, { every }, { name, data: {}, opts: lifecycleOptions(name) });
  }

  private async dropUnknown(queue: QueueName): Promise<void> {
    for (const { key } of await this.store(queue).getJobSchedulers()) {
      const wanted = JOB_NAMES.some((name) => name === key && jobPolicy(name).everySeconds !== undefined);
      if (!wanted) await this.store(queue).removeJobScheduler(key);
    }
  }
}
