import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { RATE_LIMITS } from '../database/tokens';
import { postgresRateLimits } from './flexible-rate-limits';

const SERVICES = [{ provide: RATE_LIMITS, inject: [DataSource], useFactory: postgresRateLimits }];

@Module({ providers: SERVICES, exports: SERVICES })
export class RateLimitsModule {}
