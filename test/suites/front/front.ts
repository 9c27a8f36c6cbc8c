import { appendFileSync, createReadStream } from 'node:fs';
import { createServer, request, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { atEnd } from '../../support/cleanup';
import { basic, type Actor } from '../../support';
import type { AddressBook, Place } from './address-book';
import { changeOnce } from './one-time-perl';
import { Repositories } from './repositories';

interface Passage {
  asked: IncomingMessage;
  answer: ServerResponse;
  log: (status: number) => void;
}

/**
 * Takes the place of the web server that a suite starts: the same addresses, answered by the hub. It passes requests
 * and answers on as they are; what it does besides stands in the suite's address book.
 */
export class Front {
  /** Requests since the start. */
  requests = 0;
  private root = '/nonexistent';
  private readonly repositories: Repositories;

  constructor(
    private readonly owner: Actor,
    private readonly addresses: AddressBook,
  ) {
    this.repositories = new Repositories(owner);
  }

  /** @param tls key and certificate (PEM), for an address that begins with `https:`. */
  listen(port: number, tls?: { key: string; cert: string }): Promise<void> {
    const listener: RequestListener = (asked, answer) => void this.serve(asked, answer);
    const server = tls ? createTlsServer(tls, listener) : createServer(listener);
    server.on('checkContinue', (asked: IncomingMessage, answer: ServerResponse) => {
      answer.writeContinue();
      void this.serve(asked, answer);
    });
    atEnd(() => server.close().closeAllConnections());
    return new Promise((resolve, reject) => {
      (server as Server).once('error', reject).listen(port, '127.0.0.1', resolve);
    });
  }

  /** From here on the repositories lie below `root`, and what is asked is noted in `root/access.log`. */
  serveRoot(root: string): void {
    this.root = root;
  }

  private async serve(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    this.requests++;
    // Before the client has the end of the answer, as its test may read the log at once.
    const log = (status: number) => {
      const line = `127.0.0.1 - - [-] "${asked.method} ${asked.url} HTTP/1.1" ${status} 1\n`;
      appendFileSync(join(this.root, 'access.log'), line);
    };
    try {
      await this.answerTo({ asked, answer, log });
    } catch (error) {
      process.stderr.write(`front: ${asked.method} ${asked.url}: ${String(error)}\n`);
      end({ asked, answer, log }, 500);
    }
  }

  private async answerTo(passage: Passage): Promise<void> {
    const target = passage.asked.url ?? '/';
    const redirection = this.addresses.redirectionOf?.(target);
    if (redirection) return end(passage, redirection.status, { location: redirection.location });
    const pack = /^\/dumb\/([\w-]+\.pack)$/.exec(target)?.[1];
    if (pack !== undefined) return sendFile(passage, join(this.root, this.addresses.repositories, pack));
    const place = this.addresses.placeOf(target);
    if (!place) return end(passage, 404);
    const needed = Object.entries(place.route.needsHeaders ?? {});
    if (needed.some(([name, value]) => passage.asked.headers[name] !== value)) return end(passage, 403);
    const folder = join(this.root, this.addresses.repositories);
    if (this.addresses.absentIsEmpty) await this.repositories.makeSure(folder, place.name);
    const fullName = await this.repositories.find(folder, place.name, place.route.private);
    if (fullName === undefined) return end(passage, 404);
    const body = await this.addresses.bodyFor?.(passage.asked, fullName, this.owner);
    this.pass(passage, { place, fullName, body });
  }

  private pass(passage: Passage, to: { place: Place; fullName: string; body?: Buffer }): void {
    const { asked, answer, log } = passage;
    const { place, fullName, body } = to;
    const passed = request({
      host: '127.0.0.1',
      port: this.owner.hub.port,
      method: asked.method,
      path: `/${fullName}.git${place.rest}`,
      headers: { ...this.headersOf(asked, place), ...(body && { 'content-length': String(body.length) }) },
    });
    passed.once('response', (response) => {
      log(response.statusCode ?? 0);
      const { answerHeader, oncePerl } = place.route;
      if (oncePerl !== undefined) return void changeOnce(response, answer, join(this.root, oncePerl));
      answer.writeHead(response.statusCode ?? 500, [...response.rawHeaders, ...(answerHeader ?? [])]);
      response.pipe(answer);
      response.once('error', () => answer.destroy());
    });
    passed.once('error', () => answer.destroy());
    answer.once('close', () => passed.destroy());
    if (body) passed.end(body);
    else asked.pipe(passed);
  }

  private headersOf(asked: IncomingMessage, place: Place): Record<string, string | string[] | undefined> {
    const { authorization, ...headers } = asked.headers;
    delete headers.expect; // answered by us
    if (place.route.withoutHeader !== undefined) delete headers[place.route.withoutHeader];
    const isOwner = authorization === undefined ? place.route.open : this.isKnown(authorization, place);
    const sent = isOwner ? basic(this.owner.name, this.owner.token) : authorization;
    return { ...headers, ...(sent === undefined ? {} : { authorization: sent }) };
  }

  private isKnown(authorization: string, place: Place): boolean {
    const [, encoded = ''] = /^basic +(\S+)$/i.exec(authorization) ?? [];
    const [, user, password] = /^(.*?):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString()) ?? [];
    return user !== undefined && password !== undefined && this.addresses.isKnown({ user, password }, place);
  }
}

function end({ asked, answer, log }: Passage, status: number, headers: Record<string, string> = {}): void {
  log(status);
  asked.resume();
  answer.writeHead(status, headers).end();
}

/** A pack that a test has put beside the repositories, for an answer that names its address. */
function sendFile({ answer, log }: Passage, path: string): void {
  log(200);
  createReadStream(path)
    .once('error', () => answer.destroy())
    .pipe(answer);
}
