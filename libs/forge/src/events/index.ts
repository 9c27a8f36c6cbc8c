export * from './event';
export * from './events.service';
export * from './outbox-relay';
