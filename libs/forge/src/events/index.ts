export * from './event';
export * from './events.service';
export * from './failed-events.service';
export * from './outbox-relay';
export * from './subscriptions';
