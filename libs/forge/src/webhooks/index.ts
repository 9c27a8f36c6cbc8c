export { COMMIT_READER, type CommitReader, type PushedCommit, type PushedPerson } from './commit-reader';
export { DeliveryLogService } from './delivery-log.service';
export { DeliverySweepService } from './delivery-sweep.service';
export { PayloadBuilder } from './payload-builder';
export type { Delivery, DeliveryDetail, DeliveryState, HookKey, PageRange, Webhook } from './webhook';
export { WebhookDeliveryService } from './webhook-delivery.service';
export { WebhookFanoutService } from './webhook-fanout.service';
export { WebhookJobsService, type WebhookJobName } from './webhook-jobs.service';
export { WebhooksService } from './webhooks.service';
