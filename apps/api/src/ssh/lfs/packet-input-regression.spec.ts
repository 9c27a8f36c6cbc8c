import { Readable } from 'node:stream';
import { ProtocolError } from '@granary/wire';
import { PacketInput } from './packet-input';

const input = (...wire: string[]) => new PacketInput(Readable.from(wire.map((text) => Buffer.from(text))));

it('gives up a body that is empty packets without end', async () => {
  const endless = input(...Array.from({ length: 100 }, () => '0004'));
  await expect(endless.bodyBytes()).rejects.toThrow(ProtocolError);
  expect(endless.isBroken).toBe(true);
});

it('passes over a few of them', async () => {
  const body = input('00040004', '0005a0004', '0000');
  expect(String(await body.bodyBytes())).toBe('a');
  expect(await body.bodyBytes()).toBeNull();
});
