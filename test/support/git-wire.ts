import { once } from 'node:events';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Actor } from './actor';

export type Service = 'git-upload-pack' | 'git-receive-pack';

/** gitprotocol-common(5), "pkt-line Format". */
export const pkt = (line: string) => (line.length + 4).toString(16).padStart(4, '0') + line;

export interface GitRequest {
  service: Service;
  /** `owner/name`. */
  path: string;
  headers?: Record<string, string>;
}

/** The POST of a Git client whose body the caller writes, as broken as they like. */
export function gitPost(actor: Actor, { service, path, headers = {} }: GitRequest): ClientRequest {
  const client = request(`${actor.remote(path)}/${service}`, {
    method: 'POST',
    agent: false,
    headers: {
      authorization: `Bearer ${actor.token}`,
      'content-type': `application/x-${service}-request`,
      ...headers,
    },
  });
  // The hub may hang up before it has read everything.
  client.on('error', () => undefined);
  return client;
}

export interface GitAnswer {
  status: number;
  headers: IncomingMessage['headers'];
  body: string;
}

export async function answerOf(client: ClientRequest): Promise<GitAnswer> {
  const [response] = (await once(client, 'response')) as [IncomingMessage];
  response.setEncoding('latin1');
  return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response) };
}

/** Sends `body` and reads the whole answer. */
export function gitAnswer(actor: Actor, wanted: GitRequest, body: string | Buffer): Promise<GitAnswer> {
  const client = gitPost(actor, wanted);
  const answer = answerOf(client);
  client.end(body);
  return answer;
}
