import { appendFileSync, createReadStream } from 'node:fs';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { atEnd } from '../../../support/cleanup';
import { basic, type Actor } from '../../../support';
import { changeOnce } from './one-time-perl';
import { Repositories } from './repositories';
import { placeOf, redirectionOf, type Place } from './routes';

/** The one user of the tests' web server. */
const TESTS_USER = basic('user@host', 'pass@host');

/**
 * Takes the place of the web server that git's tests start: the same addresses, answered by the hub. It passes
 * requests and answers on as they are; what it does besides stands in routes.ts.
 */
export class Front {
  /** Requests since the start. */
  requests = 0;
  private root = '/nonexistent';
  private readonly repositories: Repositories;
  private readonly server: Server;

  constructor(private readonly owner: Actor) {
    this.repositories = new Repositories(owner);
    this.server = createServer((asked, answer) => void this.serve(asked, answer));
    this.server.on('checkContinue', (asked: IncomingMessage, answer: ServerResponse) => {
      answer.writeContinue();
      void this.serve(asked, answer);
    });
    atEnd(() => void this.server.close().closeAllConnections());
  }

  listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
  }

  /** From here on the repositories lie below `root/www`, and what is asked is noted in `root/access.log`. */
  serveRoot(root: string): void {
    this.root = root;
  }

  private async serve(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    this.requests++;
    const target = asked.url ?? '/';
    // Before the client has the end of the answer, as its test may read the log at once.
    const log = (status: number) =>
      appendFileSync(
        join(this.root, 'access.log'),
        `127.0.0.1 - - [-] "${asked.method} ${target} HTTP/1.1" ${status} 1\n`,
      );
    const end = (status: number, headers: Record<string, string> = {}) => {
      log(status);
      asked.resume();
      answer.writeHead(status, headers).end();
    };
    try {
      const redirection = redirectionOf(target);
      if (redirection) return end(redirection.status, { location: redirection.location });
      const file = /^\/dumb\/([\w-]+\.pack)$/.exec(target)?.[1];
      if (file !== undefined) return this.sendFile(join(this.root, 'www', file), { answer, log });
      const place = placeOf(target.replace(/^\/intern-redir\/(.*)\/foo/, '/smart/$1'));
      if (!place) return end(404);
      const needs = Object.entries(place.route.needsHeaders ?? {});
      if (needs.some(([name, value]) => asked.headers[name] !== value)) return end(403);
      const fullName = await this.repositories.find(join(this.root, 'www'), place.name, place.route.private);
      if (fullName === undefined) return end(404);
      this.pass({ asked, answer, place, path: `/${fullName}.git${place.rest}`, log });
    } catch (error) {
      process.stderr.write(`front: ${asked.method} ${target}: ${String(error)}\n`);
      end(500);
    }
  }

  /** A pack that a test has put beside the repositories, for an answer that names its address. */
  private sendFile(path: string, { answer, log }: Pick<Passage, 'answer' | 'log'>): void {
    log(200);
    createReadStream(path)
      .once('error', () => answer.destroy())
      .pipe(answer);
  }

  private pass({ asked, answer, place, path, log }: Passage): void {
    const passed = request({
      host: '127.0.0.1',
      port: this.owner.hub.port,
      method: asked.method,
      path,
      headers: this.headersOf(asked, place),
    });
    passed.once('response', (response) => {
      log(response.statusCode ?? 0);
      const { answerHeader, oncePerl } = place.route;
      const headers = [...response.rawHeaders, ...(answerHeader ?? [])];
      if (oncePerl !== undefined) return void changeOnce(response, answer, join(this.root, oncePerl));
      answer.writeHead(response.statusCode ?? 500, headers);
      response.pipe(answer);
      response.once('error', () => answer.destroy());
    });
    passed.once('error', () => answer.destroy());
    answer.once('close', () => passed.destroy());
    asked.pipe(passed);
  }

  private headersOf(asked: IncomingMessage, { route }: Place): Record<string, string | string[] | undefined> {
    const { authorization, ...headers } = asked.headers;
    delete headers.expect; // answered by us
    if (route.withoutHeader !== undefined) delete headers[route.withoutHeader];
    const isOwner = authorization === TESTS_USER || (route.open && authorization === undefined);
    const sent = isOwner ? basic(this.owner.name, this.owner.token) : authorization;
    return { ...headers, ...(sent === undefined ? {} : { authorization: sent }) };
  }
}

interface Passage {
  asked: IncomingMessage;
  answer: ServerResponse;
  place: Place;
  path: string;
  log: (status: number) => void;
}
