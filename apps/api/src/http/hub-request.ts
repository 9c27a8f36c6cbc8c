import type { Actor, OpenRepository, Session, User } from '@granary/forge';
import type { Request } from 'express';
import type { Surface } from '../surface/surface';

/** An express request as the guards leave it. */
export interface HubRequest extends Request {
  requestId: string;
  /** Of whoever asks, also behind trusted proxies and the hub's own pages; empty where nothing is known. */
  clientAddress: string;
  /** The id of the page that is asked for, or that asks for its parts; null for everybody else. */
  page: string | null;
  /** As the route declares it; not set where no route took the request. */
  surface?: Surface;
  actor: Actor;
  /** The browser session, where one authenticated the request. */
  session?: Session;
  /** Whose session it is. */
  account?: User;
  sessionSecret?: string;
  /** On routes that are annotated with a repository role. */
  opened?: OpenRepository;
}
