import * as fc from 'fast-check';
import { ProtocolError } from '../protocol-error';
import { MAX_PKT_SIZE, takePkt } from './pkt-line';
import {
  formatProgress,
  formatSideband,
  formatSidebandError,
  parseSideband,
  SMALL_SIDEBAND_PKT_SIZE,
  type SidebandName,
} from './sideband';

function demultiplex(wire: Buffer): { sizes: number[]; bands: Set<SidebandName>; payload: Buffer } {
  const sizes: number[] = [];
  const bands = new Set<SidebandName>();
  const parts: Uint8Array[] = [];
  let rest = wire;
  for (let taken = takePkt(rest); taken; taken = takePkt(rest)) {
    rest = rest.subarray(taken.size);
    if (taken.pkt.kind !== 'data') throw new Error(`a ${taken.pkt.kind} packet is not multiplexed`);
    const { band, payload } = parseSideband(taken.pkt.data);
    sizes.push(taken.size);
    bands.add(band);
    parts.push(payload);
  }
  expect(rest).toHaveLength(0);
  return { sizes, bands, payload: Buffer.concat(parts) };
}

describe('sideband', () => {
  it('writes progress for the terminal, ending its line', () => {
    expect(formatProgress('Counting').toString('latin1')).toBe('000e\u0002Counting\n');
    expect(formatProgress('Counting\n')).toEqual(formatProgress('Counting'));
  });

  it('writes an error on band 3', () => {
    expect(formatSidebandError('disk full').toString('latin1')).toBe('000f\u0003disk full\n');
  });

  it('splits at the limit and fills every packet but the last', () => {
    const wire = formatSideband('data', Buffer.alloc(2 * (MAX_PKT_SIZE - 5) + 1, 7));
    expect(demultiplex(wire).sizes).toEqual([MAX_PKT_SIZE, MAX_PKT_SIZE, 6]);
  });

  it('sends nothing for nothing', () => {
    expect(formatSideband('data', Buffer.alloc(0))).toHaveLength(0);
  });

  it('gives back the payload, in packets within the limit', () => {
    const bands = fc.constantFrom<SidebandName>('data', 'progress', 'error');
    fc.assert(
      fc.property(bands, fc.uint8Array({ minLength: 1, maxLength: 5000 }), (band, payload) => {
        const wire = formatSideband(band, payload, { maxPktSizeBytes: SMALL_SIDEBAND_PKT_SIZE });
        const seen = demultiplex(wire);
        expect(seen.payload).toEqual(Buffer.from(payload));
        expect([...seen.bands]).toEqual([band]);
        expect(Math.max(...seen.sizes)).toBeLessThanOrEqual(SMALL_SIDEBAND_PKT_SIZE);
      }),
    );
  });

  it.each(['', '\u0000x', '\u0004x'])('refuses the packet %j', (data) => {
    expect(() => parseSideband(Buffer.from(data, 'latin1'))).toThrow(ProtocolError);
  });
});
