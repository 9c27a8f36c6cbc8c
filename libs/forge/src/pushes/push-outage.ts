import type { PushHooks } from '@granary/git-process';
import { DomainError, isServerOutage } from '@granary/kernel';
import { Logger } from '@nestjs/common';

const logger = new Logger('Pushes');

/** Tells the pusher in plain words when the database is away, instead of as a defect of the hub. */
export function outagesTold(hooks: PushHooks): PushHooks {
  return {
    ...hooks,
    preReceive: (push) =>
      hooks.preReceive(push).catch((cause: unknown) => {
        if (!isServerOutage(cause)) throw cause;
        logger.warn(`a push was refused, for the database is away: ${String(cause)}`);
        throw new DomainError('unavailable', 'The hub cannot reach its database right now, so it took nothing.', {
          hint: 'Push again in a few seconds.',
          cause,
        });
      }),
    postReceive: (push) =>
      hooks.postReceive(push).catch((cause: unknown) => {
        if (!isServerOutage(cause)) throw cause;
        logger.warn(`a push is recorded later, for the database is away: ${String(cause)}`);
        return {
          messages: [
            'Your refs are in place. The hub cannot reach its database right now;',
            'pages and webhooks show this push as soon as it can.',
          ],
        };
      }),
  };
}
