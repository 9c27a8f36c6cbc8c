import { Module } from '@nestjs/common';
import { AuditService } from './audit.service';

const SERVICES = [AuditService];

@Module({ providers: SERVICES, exports: SERVICES })
export class AuditModule {}
