import { Module } from '@nestjs/common';
import { DeliveryLogService } from './delivery-log.service';
import { DeliverySweepService } from './delivery-sweep.service';
import { DeliveryTurnsService } from './delivery-turns.service';
import { PayloadBuilder } from './payload-builder';
import { WebhookDeliveryService } from './webhook-delivery.service';
import { WebhookFanoutService } from './webhook-fanout.service';
import { WebhookJobsService } from './webhook-jobs.service';
import { WebhooksService } from './webhooks.service';

const SERVICES = [
  PayloadBuilder,
  WebhooksService,
  DeliveryLogService,
  DeliverySweepService,
  DeliveryTurnsService,
  WebhookDeliveryService,
  WebhookFanoutService,
  WebhookJobsService,
];

@Module({ providers: SERVICES, exports: SERVICES })
export class WebhooksModule {}
