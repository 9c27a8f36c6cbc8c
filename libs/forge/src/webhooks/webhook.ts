import type { HookContentType } from '@granary/api-contract';

/** A repository's webhook. Its secret never leaves the room. */
export interface Webhook {
  id: number;
  repositoryId: number;
  url: string;
  hasSecret: boolean;
  events: string[];
  contentType: HookContentType;
  active: boolean;
  /** Why the hub, and not a person, switched it off. */
  disabledReason: string | null;
  createdAt: Date;
  updatedAt: Date;
  /** The outcome of the try that came last, over all deliveries. */
  lastResponse: { statusCode: number | null; statusText: string | null } | null;
}

/**
 * `pending`: not tried yet. `failed`: will be tried again. `delivered`: answered 2xx. `dead`: given up, until a person
 * sends it again.
 */
export type DeliveryState = 'pending' | 'failed' | 'delivered' | 'dead';

/** One event's way to one webhook. `guid` is the same through every try and in every redelivery. */
export interface Delivery {
  id: number;
  guid: string;
  event: string;
  action: string | null;
  state: DeliveryState;
  attempts: number;
  redelivery: boolean;
  createdAt: Date;
  lastAttemptAt: Date | null;
  nextAttemptAt: Date | null;
  durationMs: number | null;
  /** Of the last try; null when nothing answered. */
  statusCode: number | null;
  /** What came of the last try, in words. */
  statusText: string | null;
}

/** With the last try's request and answer. */
export interface DeliveryDetail extends Delivery {
  url: string;
  requestHeaders: Record<string, string> | null;
  payload: unknown;
  responseHeaders: Record<string, string> | null;
  /** At most 64 KiB. */
  responseBody: string | null;
}

/** A webhook by its id in its repository: never by its id alone. */
export interface HookKey {
  repositoryId: number;
  hookId: number;
}

export interface PageRange {
  limit: number;
  offset: number;
}
