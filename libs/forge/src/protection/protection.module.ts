import { Module } from '@nestjs/common';
import { ProtectionsService } from './protections.service';
import { PushRulesService } from './push-rules.service';

const SERVICES = [ProtectionsService, PushRulesService];

@Module({ providers: SERVICES, exports: SERVICES })
export class ProtectionModule {}
