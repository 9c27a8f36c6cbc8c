import { Module } from '@nestjs/common';
import { SignaturesService } from './signatures.service';

const SERVICES = [SignaturesService];

@Module({ providers: SERVICES, exports: SERVICES })
export class SignaturesModule {}
