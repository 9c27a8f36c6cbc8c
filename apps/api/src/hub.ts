import { once } from 'node:events';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { AccountsService, PACK_CACHE, ReconcileService, WorkService } from '@granary/forge';
import { BlobSpool, GitLimits, type PackCache } from '@granary/git-process';
import { Renderer } from '@granary/render';
import { createFirstAdmin, isEverywhere, nestLog, openRuntime, type Config, type Runtime } from '@granary/runtime';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Logger } from 'pino';
import { clientAddress } from './access/client-address';
import { requireDeclaredRoutes } from './access/every-route';
import { routesOf } from './access/route-table';
import { PageProof } from './access/page-proof';
import { AppModule } from './app.module';
import { CONTROLLERS } from './controllers';
import { Draining } from './draining';
import { ErrorFilter } from './errors/error.filter';
import { IdleConnections } from './flow/idle-connections';
import { watchHttp } from './flow/http-flow';
import { ListenerCopies } from './flow/listener-copies';
import { RequestTurns } from './flow/request-turns';
import { WorkPlaces } from './flow/work-places';
import { StallWatch } from './flow/stall-watch';
import { Frame } from './pages/page-frame';
import { PageFailures } from './pages/page-failures';
import { PagePlaces } from './pages/page-places';
import { PageThread } from './pages/page-thread';
import type { PageFailure } from './pages/page-thread-messages';
import { requireFreePort } from './port';
import { requestDoor } from './http/request-door';
import { requestContext } from './request-context';
import { SshServer } from './ssh/ssh-server';
import { GateServer } from './ssh-gate/gate-server';
import { methodsByPath } from './surface/allowed-methods';
import { WebAdapter } from './web-adapter';

/** Where package.json stands: dist/apps/api/src is four below. */
const ROOT = join(__dirname, '../../../..');
/** For clients to read what they are told at the end of the grace. */
const LAST_WORDS_MS = 2_000;
const HEADERS_TIMEOUT_MS = 30_000;
/** How often connections are looked at whose request head does not come. */
const HEADERS_CHECK_MS = 5_000;
const IDLE_CLOSE_MS = 200;

export interface Hub {
  firstAdmin: Awaited<ReturnType<typeof createFirstAdmin>>;
  /** Takes no new work, lets requests under way finish within a grace, ends everything. */
  stop(): Promise<void>;
}

interface Started {
  pages: PageThread;
  runtime?: Runtime;
  app?: NestExpressApplication;
}

export interface Telling {
  /** Called as each part begins to start. */
  progress(what: string): void;
  /** A line for the person who started the hub. */
  note(line: string): void;
}

export async function startHub(config: Config, log: Logger, { progress, note }: Telling): Promise<Hub> {
  await requireFreePort(config.host, config.port, 'GRANARY_PORT');
  if (config.sshPort !== null) await requireFreePort(config.host, config.sshPort, 'GRANARY_SSH_PORT');
  // Beside everything else: it takes a second of another core.
  const started: Started = { pages: openPages(config, log, (failure) => noteFailure(started, failure)) };
  const stop = async () => {
    if (started.app) await drain(started.app, config.shutdownGraceMs);
    await started.pages.close();
    await started.runtime?.close();
  };
  try {
    started.runtime = await openRuntime(config, { log, progress, note, lock: true });
    const firstAdmin = await startParts(started.runtime, log, { started, progress });
    return { firstAdmin, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startParts(
  runtime: Runtime,
  log: Logger,
  { started, progress }: { started: Started; progress: (what: string) => void },
): Promise<Hub['firstAdmin']> {
  const { config } = runtime;
  const adapter = new WebAdapter();
  const app = await createApp(AppModule.on(runtime, log, started.pages), { runtime, log, adapter });
  started.app = app;
  const firstAdmin = await createFirstAdmin(app.get(AccountsService), config.adminPassword);
  await settleCopy(app, runtime, progress);
  // Before any client is let in: no push can be under way, so whatever is unrecorded is from a crash.
  await app.get(ReconcileService).sweep(config.mode === 'all' ? 0 : 60_000);
  if (config.mode === 'all') await app.get(WorkService).start();
  progress('Starting the web UI');
  await started.pages.ready();
  adapter.pages = started.pages;
  adapter.frame = app.get(Frame);
  adapter.gate = app.get(PagePlaces);
  await openSshDoors(app, runtime);
  tuneServer(app, app.getHttpServer() as Server);
  await app.listen(config.port, config.host);
  void app.get(ListenerCopies).open(app.getHttpServer() as Server);
  return firstAdmin;
}

/** Of a restored backup the database may be some seconds older than the files, or newer: what the refs say is so. */
async function settleCopy(
  app: NestExpressApplication,
  { instance, config }: Runtime,
  progress: (what: string) => void,
): Promise<void> {
  if (!instance.isCopy || config.mode === 'worker') return;
  progress('Comparing the repositories with the database, for one of them was copied or restored');
  const settled = await app.get(ReconcileService).settleAll();
  if (settled.length > 0) progress(`The records of ${settled.length} repositories follow their refs now: see the log`);
  await instance.confirm();
}

async function openSshDoors(app: NestExpressApplication, { config, data }: Runtime): Promise<void> {
  const { host, sshPort, sshGate } = config;
  if (sshPort !== null) await app.get(SshServer).start({ host, port: sshPort, hostKeysDir: data.ssh });
  if (sshGate) await app.get(GateServer).start({ socketPath: data.sshGate, account: sshGate.account });
}

function loopback(host: string): string {
  if (isEverywhere(host)) return host.includes(':') ? '[::1]' : '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

function openPages(
  { host, port, logLevel }: Config,
  log: Logger,
  onFailure: (failure: PageFailure) => void,
): PageThread {
  const internalUrl = new URL(`http://${loopback(host)}:${port}`).origin;
  const onLost = (err: Error) => log.error({ err }, 'pages are not shown until their thread has started again');
  return PageThread.open({ root: ROOT, internalUrl, logLevel, onFailure, onLost });
}

function noteFailure({ app }: Started, failure: PageFailure): void {
  app?.get(PageFailures).note(failure);
}

interface AppParts {
  runtime: Runtime;
  log: Logger;
  adapter: WebAdapter;
}

async function createApp(module: DynamicModule, { runtime, log, adapter }: AppParts): Promise<NestExpressApplication> {
  requireDeclaredRoutes(CONTROLLERS);
  const app = await NestFactory.create<NestExpressApplication>(module, adapter, {
    bodyParser: false,
    logger: nestLog(log),
    abortOnError: false,
  });
  app.disable('x-powered-by').disable('etag');
  app.set('trust proxy', runtime.config.trustedProxies);
  app.use(app.get(RequestTurns).admit, requestContext, requestDoor);
  app.use(clientAddress(app.get(PageProof)));
  adapter.methodsAt = methodsByPath(routesOf(CONTROLLERS));
  await app.init();
  return app;
}

function tuneServer(app: NestExpressApplication, server: Server & { connectionsCheckingInterval?: number }): void {
  // Node's 300 s for a whole request would cut slow pushes: what counts is that bytes move at all.
  server.requestTimeout = 0;
  server.timeout = 0;
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  // Read when the server begins to listen.
  server.connectionsCheckingInterval = HEADERS_CHECK_MS;
  server.keepAliveTimeout = 65_000;
  app.get(RequestTurns).watch(server);
  app.get(IdleConnections).watch(server);
  watchHttp(server, app.get(StallWatch), app.get(ErrorFilter).answerTooSlow);
}

async function drain(app: NestExpressApplication, graceMs: number): Promise<void> {
  const draining = app.get(Draining);
  draining.started = true;
  // Who waits for a turn is told at once to come back.
  for (const places of [app.get(GitLimits), app.get(WorkPlaces)]) places.close();
  app.get(BlobSpool).refuseWaiters();
  const over = setTimeout(() => draining.finish(), graceMs);
  const sshDoors = [app.get(SshServer), app.get(GateServer)];
  const endMs = graceMs + LAST_WORDS_MS;
  await Promise.all([drainHttp(app, endMs), ...sshDoors.map((door) => door.stop(endMs))]);
  clearTimeout(over);
  await app.get(WorkService).stop();
  await app.get(Renderer).close();
  await app.get<PackCache | undefined>(PACK_CACHE)?.close();
  await app.get(BlobSpool).close();
  await app.close();
}

async function drainHttp(app: NestExpressApplication, endMs: number): Promise<void> {
  const server = app.getHttpServer() as Server;
  const timer = setTimeout(() => server.closeAllConnections(), endMs);
  if (server.listening) {
    const closed = Promise.all([once(server, 'close'), app.get(ListenerCopies).close()]);
    server.close();
    // Connections fall idle as their requests end; kept alive, they would hold the server open.
    const closeIdle = setInterval(() => server.closeIdleConnections(), IDLE_CLOSE_MS);
    await closed;
    clearInterval(closeIdle);
  }
  clearTimeout(timer);
}
