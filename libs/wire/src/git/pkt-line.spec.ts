import { DomainError } from '@granary/kernel';
import * as fc from 'fast-check';
import { ProtocolError } from '../protocol-error';
import {
  DELIM_PKT,
  FLUSH_PKT,
  formatErrPkt,
  formatPkt,
  formatServiceLine,
  MAX_PKT_DATA_SIZE,
  MAX_PKT_SIZE,
  RESPONSE_END_PKT,
  takePkt,
} from './pkt-line';

const bytes = (text: string) => Buffer.from(text, 'latin1');

describe('takePkt', () => {
  it('takes the first packet and leaves the rest', () => {
    const taken = takePkt(bytes('000bfoobar\n0000'));
    expect(taken).toEqual({ pkt: { kind: 'data', data: bytes('foobar\n') }, size: 11 });
  });

  it('gives a view, not a copy', () => {
    const wire = bytes('0006a\n');
    const taken = takePkt(wire);
    wire[4] = 0x62;
    expect(taken).toEqual({ pkt: { kind: 'data', data: bytes('b\n') }, size: 6 });
  });

  it('reads lengths in either case of hex digits', () => {
    expect(takePkt(bytes(`000A123456`))?.size).toBe(10);
    expect(takePkt(bytes(`000a123456`))?.size).toBe(10);
  });

  it('reads an empty packet, which is not a flush', () => {
    expect(takePkt(bytes('0004'))).toEqual({ pkt: { kind: 'data', data: Buffer.alloc(0) }, size: 4 });
  });

  it.each([
    ['flush', FLUSH_PKT],
    ['delim', DELIM_PKT],
    ['response-end', RESPONSE_END_PKT],
  ])('reads a %s packet', (kind, wire) => {
    expect(takePkt(Buffer.concat([wire, bytes('0006a\n')]))).toEqual({ pkt: { kind }, size: 4 });
  });

  it('asks for more at every cut inside a packet', () => {
    const wire = bytes('000bfoobar\n');
    for (let cut = 0; cut < wire.length; cut++) expect(takePkt(wire.subarray(0, cut))).toBeNull();
  });

  it.each(['0003', '00g1', '+001', 'HTTP', '0x10', ' 001', '-001', 'fff1', 'ffff'])('refuses the length %j', (wire) => {
    expect(() => takePkt(bytes(wire))).toThrow(ProtocolError); // parseInt alone would read "00g1" as a flush
  });

  it('reads the largest packet and refuses one byte more', () => {
    const wire = formatPkt(Buffer.alloc(MAX_PKT_DATA_SIZE, 1));
    expect(takePkt(wire)?.size).toBe(MAX_PKT_SIZE);
    expect(() => formatPkt(Buffer.alloc(MAX_PKT_DATA_SIZE + 1))).toThrow(ProtocolError);
  });

  it('reads back whatever was formatted, however the bytes arrive', () => {
    const payloads = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 });
    fc.assert(
      fc.property(payloads, fc.integer({ min: 1, max: 50 }), (expected, chunkSize) => {
        const wire = Buffer.concat([...expected.map((payload) => formatPkt(payload)), FLUSH_PKT]);
        expect(readAll(wire, chunkSize)).toEqual(expected.map((payload) => Buffer.from(payload)));
      }),
    );
  });
});

function readAll(wire: Buffer, chunkSize: number): Buffer[] {
  const found: Buffer[] = [];
  let pending = Buffer.alloc(0);
  for (let at = 0; at < wire.length; at += chunkSize) {
    pending = Buffer.concat([pending, wire.subarray(at, at + chunkSize)]);
    for (let taken = takePkt(pending); taken; taken = takePkt(pending)) {
      pending = pending.subarray(taken.size);
      if (taken.pkt.kind === 'data') found.push(Buffer.from(taken.pkt.data));
    }
  }
  expect(pending).toHaveLength(0);
  return found;
}

describe('formatting', () => {
  it('counts bytes, not characters', () => {
    expect(formatPkt('ä\n').toString('latin1')).toBe('0007\u00c3\u00a4\n');
  });

  it('writes the service line of an advertisement', () => {
    expect(formatServiceLine('git-upload-pack').toString()).toBe('001e# service=git-upload-pack\n0000');
    expect(formatServiceLine('git-receive-pack').toString()).toBe('001f# service=git-receive-pack\n0000');
  });

  it('writes an error, and cuts one that fits no packet', () => {
    expect(formatErrPkt('Repository not found').toString()).toBe('001cERR Repository not found');
    expect(formatErrPkt('x'.repeat(MAX_PKT_SIZE))).toHaveLength(MAX_PKT_SIZE);
  });

  it('fails as a bad request', () => {
    const failure = new ProtocolError('no');
    expect(failure).toBeInstanceOf(DomainError);
    expect(failure.code).toBe('bad_request');
  });
});

it('takes no byte beside the hex digits for one, wherever it stands in a length', () => {
  for (const wrong of ['/', ':', '@', 'G', '`', 'g', ' ', '-', '+', 'x', '\0', '\u007f', '\u00ff']) {
    for (let at = 0; at < 4; at++) {
      const header = `0${'1'.repeat(at)}${wrong}${'1'.repeat(3)}`.slice(1, 5);
      const wire = Buffer.concat([Buffer.from(header, 'latin1'), Buffer.alloc(0x1111)]);
      expect(() => takePkt(wire)).toThrow(ProtocolError);
    }
  }
});
