import { Module } from '@nestjs/common';
import { EventsService } from './events.service';
import { FailedEventsService } from './failed-events.service';
import { OutboxRelay } from './outbox-relay';
import { Subscriptions } from './subscriptions';

const SERVICES = [EventsService, Subscriptions, OutboxRelay, FailedEventsService];

@Module({ providers: SERVICES, exports: SERVICES })
export class EventsModule {}
