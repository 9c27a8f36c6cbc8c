import { Module } from '@nestjs/common';
import { AccessTokensService } from './access-tokens.service';
import { AccountLifecycleService } from './account-lifecycle.service';
import { AccountsService } from './accounts.service';
import { AuthenticationService } from './authentication.service';
import { GpgKeysService } from './gpg-keys.service';
import { SessionsService } from './sessions.service';
import { SignInLimits } from './sign-in-limits.service';
import { SshKeysService } from './ssh-keys.service';

const SERVICES = [
  AccountLifecycleService,
  AccountsService,
  SessionsService,
  AccessTokensService,
  SshKeysService,
  GpgKeysService,
  SignInLimits,
  AuthenticationService,
];

@Module({ providers: SERVICES, exports: SERVICES })
export class IdentityModule {}
