import { Module } from '@nestjs/common';
import { RefLogService } from './ref-log.service';

const SERVICES = [RefLogService];

@Module({ providers: SERVICES, exports: SERVICES })
export class RefLogModule {}
