import type { Actor, OpenRepository, Session } from '@granary/forge';
import type { Request } from 'express';

/** An express request as the guards leave it. */
export interface HubRequest extends Request {
  requestId: string;
  actor: Actor;
  /** The browser session, where one authenticated the request. */
  session?: Session;
  sessionSecret?: string;
  /** On routes that are annotated with a repository role. */
  opened?: OpenRepository;
}
