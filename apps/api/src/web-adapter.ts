import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isWellEncoded } from '@granary/api-contract';
import { DomainError } from '@granary/kernel';
import { ExpressAdapter } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import { surfaceOfPath } from './surface/path-surface';

/** Who makes pages. */
export interface PageMaker {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

/** What the adapter does to a page request before Next sees it. */
export interface PageFrame {
  /** Sets headers on both sides. */
  prepare(request: Request, response: Response): void;
}

/** Who says when a page may be rendered. */
export interface PageGate {
  /** @returns false when the request has been answered. */
  admit(request: Request, response: Response): Promise<boolean>;
}

const PAGE_METHODS = ['GET', 'HEAD', 'POST'];
const CLONE_URL = /^(\/[^/]+\/[^/]+)\.git\/?$/;

/** Nest answers what it has routes for; every other request is a page. */
export class WebAdapter extends ExpressAdapter {
  pages?: PageMaker;
  frame?: PageFrame;
  /** The methods of routes at a path. */
  methodsAt: (path: string) => string[] = () => [];
  gate?: PageGate;

  override setNotFoundHandler(notFound: (request: Request, response: Response, next: NextFunction) => unknown) {
    // Routes added after init() are never reached: this handler is the last that is.
    return this.use((request: Request, response: Response, next: NextFunction) => {
      const isPage = surfaceOfPath(request.path) === 'page';
      const methods = isPage ? PAGE_METHODS : this.methodsAt(request.path);
      if (methods.length > 0 && !methods.includes(request.method)) return refuseMethod(methods, request, response);
      // For machines, an address that Nest does not know is an error, not a page.
      if (!this.pages || !isPage) return notFound(request, response, next);
      // Next would take it for a defect of its own and answer 500.
      if (!isWellEncoded(request.path)) {
        return response.status(400).type('text/plain').send('The URL is not well encoded.\n');
      }
      const clone = CLONE_URL.exec(request.path);
      if (clone && request.method === 'GET') return response.redirect(302, clone[1] ?? '/');
      return this.renderPage(request, response).catch(next);
    });
  }

  private async renderPage(request: Request, response: Response): Promise<void> {
    if (this.gate && !(await this.gate.admit(request, response))) return;
    this.frame?.prepare(request, response);
    await this.pages?.handle(request, response);
  }
}

function refuseMethod(methods: readonly string[], request: Request, response: Response) {
  response.set('Allow', [...methods, 'OPTIONS'].join(', '));
  if (request.method === 'OPTIONS') return response.status(204).end();
  throw new DomainError('method_not_allowed', `${request.method} is not possible here.`);
}

export function newNonce(): string {
  return randomBytes(16).toString('base64');
}
