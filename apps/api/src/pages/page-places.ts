import { ANONYMOUS } from '@granary/forge';
import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Authenticator } from '../access/authenticator';
import { PageMemory } from '../access/page-memory';
import { ErrorFilter } from '../errors/error.filter';
import type { HubRequest } from '../http/hub-request';
import { claimantOf } from '../flow/claimant';
import { WorkPlaces } from '../flow/work-places';

/** Scripts, styles and fonts: files. */
const ASSETS = '/_next/';

/** Gives each page its turn at being rendered. */
@Injectable()
export class PagePlaces {
  constructor(
    private readonly places: WorkPlaces,
    private readonly authenticator: Authenticator,
    private readonly memory: PageMemory,
    private readonly errors: ErrorFilter,
  ) {}

  /** @returns whether the page may be rendered; the visitor has been answered where it may not. */
  async admit(request: Request, response: Response): Promise<boolean> {
    if (request.path.startsWith(ASSETS)) return true;
    const visited = request as HubRequest;
    this.memory.begin(visited);
    response.once('close', () => this.memory.end(visited.requestId));
    try {
      const claimant = claimantOf(await this.visitor(visited), visited.clientAddress);
      await this.places.hold('page', { claimant, response });
      return true;
    } catch (error) {
      this.errors.answer(error, visited, response);
      return false;
    }
  }

  /** By the session alone: the page itself asks the API, which judges whatever else is in the request. */
  private async visitor(request: HubRequest) {
    if (request.headers.cookie === undefined || request.headers.authorization !== undefined) return ANONYMOUS;
    await this.authenticator.authenticate(request).catch(() => undefined);
    return request.actor;
  }
}
