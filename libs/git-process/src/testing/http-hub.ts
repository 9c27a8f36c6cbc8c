import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { PushHooks } from '../hooks/push-hooks';
import { advertiseRefs } from '../serve/advertise-refs';
import { gitProtocolOf, type PackService } from '../serve/git-protocol';
import type { PackCache } from '../pack-cache/pack-cache';
import type { GitHome } from '../home/git-home';
import { serveClone } from '../serve/serve-clone';
import { serveStateless, type ServeResult, type ServeStatelessOptions } from '../serve/serve-pack';
import { readUploadPackRequest } from '../serve/upload-pack-request';
import type { Fixture } from './fixture';

/** The least hub that real clients can clone from and push to. */
export interface HttpHub {
  url(name: string): string;
  /** What the next pushes meet; accepts everything until a test says otherwise. */
  hooks: PushHooks;
  /** Settled requests, the oldest first. */
  results: ServeResult[];
  /** Requests whose git still runs. */
  running: Set<Promise<ServeResult>>;
  /** Raw protocol answers of `info/refs`, for looking at what is advertised. */
  protocols: (string | undefined)[];
  /** The owner of every request. */
  owner: AbortController;
  close(): Promise<void>;
}

export const ACCEPT_ALL: PushHooks = {
  preReceive: () => Promise.resolve({ accept: true, messages: [] }),
  postReceive: () => Promise.resolve({ messages: [] }),
};

export async function startHttpHub(fixture: Fixture, options: { packs?: PackCache } = {}): Promise<HttpHub> {
  const server = createServer((request, response) => {
    answer(request, response).catch((error: Error) => response.destroy(error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const hub: HttpHub = {
    url: (name) => `http://127.0.0.1:${port}/${name}.git`,
    hooks: ACCEPT_ALL,
    results: [],
    running: new Set(),
    protocols: [],
    owner: new AbortController(),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://hub');
    const [, name, route] = /^\/([^/]+)\.git\/(.+)$/.exec(url.pathname) ?? [];
    const repositoryPath = `${fixture.directory}/repositories/${name}.git`;
    const protocol = gitProtocolOf(request.headers['git-protocol'] as string | undefined);
    if (route === 'info/refs') {
      const service = url.searchParams.get('service') as PackService;
      hub.protocols.push(protocol);
      response.setHeader('Content-Type', `application/x-${service}-advertisement`);
      return pipeline(
        advertiseRefs(fixture.home, { service, repositoryPath, protocol, signal: hub.owner.signal }),
        response,
      );
    }
    const service = route as PackService;
    response.setHeader('Content-Type', `application/x-${service}-result`);
    const input = request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request;
    if (input !== request) request.once('close', () => request.complete || input.destroy());
    const common = { repositoryPath, protocol, input, output: response, signal: hub.owner.signal };
    const running =
      service === 'git-receive-pack'
        ? serveStateless(fixture.home, { ...common, service, hooks: hub.hooks })
        : serveFetch(fixture.home, { ...common, packs: options.packs });
    hub.running.add(running);
    const result = await running;
    hub.running.delete(running);
    hub.results.push(result);
    if (result.isCut) response.destroy();
  }
  return hub;
}

/** As the API does it, save for `ls-refs`. */
async function serveFetch(
  home: GitHome,
  options: Omit<ServeStatelessOptions & { service: 'git-upload-pack' }, 'service'> & { signal: AbortSignal },
): Promise<ServeResult> {
  const { packs, protocol } = options;
  const asked = await readUploadPackRequest(options.input, protocol);
  const gone = new AbortController();
  options.output.once('close', () => gone.abort(new Error('the client has left')));
  if (packs && asked.kind === 'clone') {
    const served = await serveClone({ ...options, packs, request: asked.request, signal: gone.signal });
    if (served) return served;
  }
  return serveStateless(home, { ...options, input: asked.input, service: 'git-upload-pack' });
}
