import { Module } from '@nestjs/common';
import { FORGE_OPTIONS } from '../database/tokens';
import type { ForgeOptions } from '../options';
import { OutboundHttp } from './outbound-http';

const SERVICES = [
  {
    provide: OutboundHttp,
    inject: [FORGE_OPTIONS],
    useFactory: ({ webhooks }: ForgeOptions) => new OutboundHttp(webhooks),
  },
];

@Module({ providers: SERVICES, exports: SERVICES })
export class OutboundModule {}
