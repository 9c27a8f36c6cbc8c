import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import type { HubRequest } from '../http/hub-request';
import { clientAddress } from './client-address';
import { PageProof } from './page-proof';

const proof = new PageProof();
const servers: Server[] = [];

/** What a hub that trusts `proxies` takes for the client, when a request with `headers` comes from 127.0.0.1. */
async function seen(proxies: string[], headers: Record<string, string>): Promise<string> {
  const app = express();
  app.set('trust proxy', proxies);
  app.use(clientAddress(proof));
  app.use((request, response) => void response.send((request as HubRequest).clientAddress));
  const server = app.listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, { headers });
  return answer.text();
}

afterAll(() => servers.forEach((server) => server.close()));

it('believes no header of somebody who is no proxy', async () => {
  const forged = { 'x-forwarded-for': '203.0.113.9', forwarded: 'for=203.0.113.9', 'x-real-ip': '203.0.113.9' };
  expect(await seen([], forged)).toBe('127.0.0.1');
  expect(await seen(['10.0.0.0/8'], forged)).toBe('127.0.0.1');
});

it('reads what trusted proxies wrote from the right, and nothing that the client wrote itself', async () => {
  const trusted = ['loopback', '10.0.0.0/8'];
  expect(await seen(trusted, { 'x-forwarded-for': '198.51.100.7' })).toBe('198.51.100.7');
  expect(await seen(trusted, { 'x-forwarded-for': '203.0.113.9, 198.51.100.7, 10.1.2.3' })).toBe('198.51.100.7');
  expect(await seen(trusted, { 'x-forwarded-for': '::ffff:198.51.100.7' })).toBe('198.51.100.7');
  expect(await seen(trusted, { 'x-forwarded-for': '[2001:db8::7]:4711' })).toBe('2001:db8::7');
});

it('takes the proxy itself where that wrote nothing, or no address', async () => {
  expect(await seen(['loopback'], {})).toBe('127.0.0.1');
  expect(await seen(['loopback'], { 'x-forwarded-for': 'unknown' })).toBe('127.0.0.1');
  expect(await seen(['loopback'], { forwarded: 'for=203.0.113.9' })).toBe('127.0.0.1');
});

it('takes a visitor from the pages of this process, and from no header that somebody else signed', async () => {
  const page = (value: string) => ({ [PageProof.header]: value });
  expect(await seen([], page(proof.valueFor('198.51.100.7')))).toBe('198.51.100.7');
  expect(await seen([], page(new PageProof().valueFor('198.51.100.7')))).toBe('127.0.0.1');
  expect(await seen([], page('198.51.100.7'))).toBe('127.0.0.1');
  const [, signature = ''] = proof.valueFor('198.51.100.7').split(' ');
  expect(await seen([], page(`203.0.113.9 ${signature}`))).toBe('127.0.0.1');
});
