import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';
import { yieldToHub } from '@granary/kernel';
import { logLibraryOutput, openLog } from '@granary/log';
import { openNext, type NextPages } from './next-pages';
import { openPageExchange } from './page-exchange';
import { answerWithPageStatus } from './page-status';
import { CLOSE, pageFailure, type PageThreadNews, type PageThreadSettings } from './page-thread-messages';

/** The hub adds headers of its own to what it took from a client, whose own limit is Node's of 16 KiB. */
const MAX_HEADER_BYTES = 64 * 1024;

const tell = (news: PageThreadNews): void => parentPort?.postMessage(news);

async function answer(pages: NextPages, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const requestId = String(request.headers['x-request-id'] ?? '');
  const [path = '/'] = (request.url ?? '').split('?');
  const onFailure = (error: unknown) => tell({ event: 'failed', ...pageFailure(error, { requestId, path }) });
  answerWithPageStatus(response, openPageExchange(request, response, { requestId, onFailure }));
  try {
    await pages.handle(request, response);
  } catch (error) {
    onFailure(error);
    // The hub answers for a page that did not begin.
    response.destroy();
  }
}

function listen(server: Server, socketPath: string): Promise<unknown> {
  // Whose connections these are, and for how long, is decided where clients connect.
  Object.assign(server, { requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 0, timeout: 0 });
  server.listen(socketPath);
  return once(server, 'listening');
}

async function main({ root, internalUrl, socketPath, logLevel }: PageThreadSettings): Promise<void> {
  yieldToHub();
  logLibraryOutput(openLog(logLevel));
  const pages = await openNext(root, new URL(internalUrl));
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (request, response) => {
    void answer(pages, request, response);
  });
  await listen(server, socketPath);
  parentPort?.once('message', (said) => {
    if (said !== CLOSE) return;
    server.close();
    server.closeAllConnections();
    void pages.close().finally(() => parentPort?.close());
  });
  tell({ event: 'listening' });
}

void main(workerData as PageThreadSettings);
