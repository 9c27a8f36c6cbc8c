import type { Processor, Queue, QueueOptions, Worker, WorkerOptions } from 'bullmq';

/** The part of BullMQ's Queue that is the same on every backend. */
export type JobStore = Pick<
  Queue,
  | 'add'
  | 'addBulk'
  | 'getJobCounts'
  | 'getJobScheduler'
  | 'getJobSchedulers'
  | 'removeJobScheduler'
  | 'upsertJobScheduler'
  | 'close'
> & { on(event: 'error', listener: (error: Error) => void): unknown };

/** The part of BullMQ's Worker that is the same on every backend. */
export type JobConsumer = Pick<Worker, 'pause' | 'close' | 'waitUntilReady'> & {
  on(event: 'error', listener: (error: Error) => void): unknown;
};

export type StoreOptions = Omit<QueueOptions, 'connection'>;
export type ConsumerOptions = Omit<WorkerOptions, 'connection'>;

/** One of BullMQ's two backends with the connections that its queues and workers share. */
export interface Backend {
  openStore(name: string, options: StoreOptions): JobStore;
  openConsumer(name: string, process: Processor, options: ConsumerOptions): JobConsumer;
  /** @throws the reason, at once, if the server is known to be out of reach. */
  assertReachable(): void;
  /** A queue or worker met `error`, which is an outage. */
  noteOutage(error: Error): void;
  /** Asks the server whether it takes work. It may wait as long as the server takes. */
  ping(): Promise<void>;
  /** Drops the connections; the stores and consumers were closed before. */
  close(): Promise<void>;
}
