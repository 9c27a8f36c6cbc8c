import type { OpenRepository, SessionsService } from '@granary/forge';
import { Injectable } from '@nestjs/common';
import type { HubRequest } from '../http/hub-request';
import { isSafe } from './safe-methods';

/** Answers by question; who asks while the answer is on its way waits for the same one. */
class Once<T> {
  private readonly known = new Map<string, Promise<T>>();

  ask(question: string, ask: () => Promise<T>): Promise<T> {
    const answer = this.known.get(question) ?? ask();
    this.known.set(question, answer);
    return answer;
  }
}

/** What every question of a page begins with: who looks, and at which repository. */
export class PageFacts {
  /** By the session's secret. */
  readonly sessions = new Once<Awaited<ReturnType<SessionsService['find']>>>();
  /** By the actor and the path. */
  readonly repositories = new Once<OpenRepository | null>();
}

/**
 * A page asks the API for its parts, and each of these requests must know who asks and which repository is meant. As
 * long as the page is made they are told the same: it shows one moment, and the database is asked once.
 */
@Injectable()
export class PageMemory {
  private readonly pages = new Map<string, PageFacts>();

  /** @param visit the request for the page. */
  begin(visit: HubRequest): void {
    visit.page = visit.requestId;
    this.pages.set(visit.page, new PageFacts());
  }

  end(page: string): void {
    this.pages.delete(page);
  }

  /** Nothing is remembered beside a page, nor of one that has changed something. */
  of({ page, method }: HubRequest): PageFacts {
    if (page !== null && !isSafe(method)) this.end(page);
    return (page === null ? undefined : this.pages.get(page)) ?? new PageFacts();
  }
}
