export * from './event';
export * from './events.service';
export { EventJobPayload } from './jobs';
export * from './failed-events.service';
export * from './outbox-relay';
export * from './subscriptions';
