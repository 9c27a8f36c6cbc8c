import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Hub } from '../support';

/** gitprotocol-common(5), "pkt-line Format". */
const pkt = (text: string) => (text.length + 4).toString(16).padStart(4, '0') + text;

const head = (hub: Hub, line: string, fields: Record<string, string | number>) =>
  [
    line,
    `Host: 127.0.0.1:${hub.port}`,
    ...Object.entries(fields).map(([name, value]) => `${name}: ${value}`),
    '',
    '',
  ].join('\r\n');

/** A clone of `oid` in protocol version 2, without credentials. */
export function cloneRequest(hub: Hub, path: string, oid: string): string {
  const body = `${pkt('command=fetch')}0001${pkt(`want ${oid}\n`)}${pkt('done\n')}0000`;
  const fields = {
    'Git-Protocol': 'version=2',
    'Content-Type': 'application/x-git-upload-pack-request',
    'Content-Length': body.length,
  };
  return head(hub, `POST /${path}.git/git-upload-pack HTTP/1.1`, fields) + body;
}

export const getRequest = (hub: Hub, target: string): string => head(hub, `GET ${target} HTTP/1.1`, {});

/** The head of a request whose body never comes. */
export const bodilessRequest = (hub: Hub, target: string, type: string): string =>
  head(hub, `POST ${target} HTTP/1.1`, { 'Content-Type': type, 'Content-Length': 5000 });

/** Says `request` and from then on nothing, and reads nothing. */
export function silentClient(port: number, request: string): Socket {
  const socket = connect(port, '127.0.0.1', () => void (request !== '' && socket.write(request)));
  socket.on('error', () => undefined);
  socket.pause();
  return socket;
}

/** Reads an answer at about `bytesPerSecond`, as over a bad link. @returns the size of all that came. */
export async function slowReader(port: number, request: string, bytesPerSecond: number): Promise<number> {
  const socket = connect(port, '127.0.0.1', () => socket.write(request));
  let receivedBytes = 0;
  let isOver = false;
  socket.on('error', () => (isOver = true)).on('end', () => (isOver = true));
  socket.on('data', (chunk: Buffer) => {
    receivedBytes += chunk.length;
    socket.pause();
    void sleep((1000 * chunk.length) / bytesPerSecond).then(() => socket.resume());
  });
  while (!isOver) await sleep(100);
  socket.destroy();
  return receivedBytes;
}
