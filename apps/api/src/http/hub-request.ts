import type { Actor, OpenRepository, Session } from '@granary/forge';
import type { Request } from 'express';

/** An express request as the guards leave it. */
export interface HubRequest extends Request {
  requestId: string;
  /** Of whoever asks, also behind trusted proxies and the hub's own pages; empty where nothing is known. */
  clientAddress: string;
  actor: Actor;
  /** The browser session, where one authenticated the request. */
  session?: Session;
  sessionSecret?: string;
  /** On routes that are annotated with a repository role. */
  opened?: OpenRepository;
}
