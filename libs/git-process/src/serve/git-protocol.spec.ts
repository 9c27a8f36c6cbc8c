import fc from 'fast-check';
import { gitProtocolOf, protocolVersionOf } from './git-protocol';

it.each([
  [undefined, undefined],
  ['', undefined],
  ['version=2', 'version=2'],
  ['version=1:version=2', 'version=1:version=2'],
  ['version=2:evil=$(id)', 'version=2'],
  ['version=3', undefined],
  ['version=22', undefined],
  ['VERSION=2', undefined],
  ['version=2\n', undefined],
  ['x:version=0:', 'version=0'],
])('of %j lets %j through', (header, passed) => expect(gitProtocolOf(header)).toBe(passed));

it('lets nothing but versions through, whatever comes', () => {
  const parts = fc.array(fc.oneof(fc.constantFrom('version=0', 'version=1', 'version=2'), fc.string()));
  fc.assert(
    fc.property(parts, (list) => {
      expect(gitProtocolOf(list.join(':')) ?? 'version=0').toMatch(/^version=[012](:version=[012])*$/);
    }),
  );
});

it.each([
  [undefined, 0],
  ['version=1', 1],
  ['version=1:version=2', 2],
])('git chooses the highest version of %j', (protocol, version) => expect(protocolVersionOf(protocol)).toBe(version));
