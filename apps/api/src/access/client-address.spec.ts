import { once } from 'node:events';
import { request, type OutgoingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import express from 'express';
import type { HubRequest } from '../http/hub-request';
import { clientAddress } from './client-address';
import { PageProof } from './page-proof';

const proof = new PageProof();
const servers: Server[] = [];

/** What a hub that trusts `proxies` takes for the client, when a request with `headers` comes from 127.0.0.1. */
async function seen(proxies: string[], headers: OutgoingHttpHeaders): Promise<string> {
  const app = express();
  app.set('trust proxy', proxies);
  app.use(clientAddress(proof));
  app.use((request, response) => void response.send((request as HubRequest).clientAddress));
  const server = app.listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, headers }, (answer) => void text(answer).then(resolve, reject));
    asked.on('error', reject).end();
  });
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

it.each([
  ['several hops, each with its port', '203.0.113.9, 198.51.100.7:4711, 10.1.2.3:80', '198.51.100.7'],
  [
    'hops of IPv6, with brackets and in quotes',
    '203.0.113.9, 2001:DB8::0:7, "[fd00::1]:443", [fd00::2]',
    '2001:db8::7',
  ],
  ['IPv4 that is written as IPv6', '203.0.113.9, ::ffff:198.51.100.7, ::ffff:10.1.2.3', '198.51.100.7'],
  ['nobody but proxies', '10.9.9.9, 10.1.2.3', '10.9.9.9'],
  ['garbage beside the client', '203.0.113.9 198.51.100.8, 198.51.100.7, 10.1.2.3', '198.51.100.7'],
  ['garbage where the client should stand', '203.0.113.9, unknown, 10.1.2.3', '10.1.2.3'],
  ['nothing between commas', '203.0.113.9,,', '127.0.0.1'],
  ['an address that is none', '999.1.1.1', '127.0.0.1'],
  ['two lines', ['203.0.113.9', '198.51.100.7, 10.1.2.3'], '198.51.100.7'],
])('reads %s', async (_what, header, client) => {
  const trusted = ['loopback', '10.0.0.0/8', 'fd00::/8'];
  expect(await seen(trusted, { 'x-forwarded-for': header })).toBe(client);
  expect(await seen([], { 'x-forwarded-for': header })).toBe('127.0.0.1');
});

it('takes the proxy itself where that wrote nothing, or no address', async () => {
  expect(await seen(['loopback'], {})).toBe('127.0.0.1');
  expect(await seen(['loopback'], { 'x-forwarded-for': 'unknown' })).toBe('127.0.0.1');
  expect(await seen(['loopback'], { forwarded: 'for=203.0.113.9' })).toBe('127.0.0.1');
});

it('takes a visitor from the pages of this process, and from no header that somebody else signed', async () => {
  const visit = { address: '198.51.100.7', page: '1' };
  const page = (value: string) => ({ [PageProof.header]: value });
  expect(await seen([], page(proof.valueFor(visit)))).toBe('198.51.100.7');
  expect(await seen([], page(new PageProof().valueFor(visit)))).toBe('127.0.0.1');
  expect(await seen([], page('198.51.100.7'))).toBe('127.0.0.1');
  const [, , signature = ''] = proof.valueFor(visit).split(' ');
  expect(await seen([], page(`203.0.113.9 ${signature}`))).toBe('127.0.0.1');
});
