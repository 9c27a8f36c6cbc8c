import { Module } from '@nestjs/common';
import { QuotaReportService } from './quota-report.service';
import { QuotasService } from './quotas.service';

const SERVICES = [QuotasService, QuotaReportService];

@Module({ providers: SERVICES, exports: SERVICES })
export class QuotasModule {}
