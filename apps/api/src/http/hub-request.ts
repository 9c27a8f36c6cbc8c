import type { Actor, OpenRepository, Session } from '@granary/forge';
import type { Request } from 'express';
import type { Surface } from '../surface/surface';

/** An express request as the guards leave it. */
export interface HubRequest extends Request {
  requestId: string;
  /** Of whoever asks, also behind trusted proxies and the hub's own pages; empty where nothing is known. */
  clientAddress: string;
  /** As the route declares it; not set where no route took the request. */
  surface?: Surface;
  actor: Actor;
  /** The browser session, where one authenticated the request. */
  session?: Session;
  sessionSecret?: string;
  /** On routes that are annotated with a repository role. */
  opened?: OpenRepository;
}
