import { LfsBatchRequest, LfsBatchResponse, LfsError } from './batch';
import { isLfsJson } from './media-type';
import { isLfsOid } from './oid';

const oid = 'a'.repeat(64);

describe('LfsBatchRequest', () => {
  it('reads a request of the first clients', () => {
    const request = { operation: 'download', objects: [{ oid, size: 123 }] };
    expect(LfsBatchRequest.parse(request)).toEqual(request);
  });

  it('drops what it does not know', () => {
    const request = { operation: 'upload', objects: [{ oid, size: 1, authenticated: true }], extra: 1 };
    expect(LfsBatchRequest.parse(request)).toEqual({ operation: 'upload', objects: [{ oid, size: 1 }] });
  });

  it.each([[null], [undefined], [{}], [{ name: '' }], [{ name: 'refs/heads/main' }]])('takes the ref %j', (ref) => {
    expect(LfsBatchRequest.parse({ operation: 'upload', ref, objects: [] }).ref).toEqual(ref);
  });

  it('lets a bad object pass: it fails alone, later', () => {
    const objects = [
      { oid: '../../etc/passwd', size: 1 },
      { oid, size: -1 },
      { oid: '', size: 0.5 },
      { oid, size: 1e300 },
    ];
    expect(LfsBatchRequest.parse({ operation: 'upload', objects }).objects).toEqual(objects);
  });

  it.each([
    ['no operation', { objects: [] }],
    ['an unknown operation', { operation: 'delete', objects: [] }],
    ['no objects', { operation: 'upload' }],
    ['an object without a size', { operation: 'upload', objects: [{ oid }] }],
    ['an oid that is not text', { operation: 'upload', objects: [{ oid: 1, size: 1 }] }],
    ['a size that is text', { operation: 'upload', objects: [{ oid, size: '1' }] }],
    ['a transfer that is not text', { operation: 'upload', objects: [], transfers: [1] }],
    ['no object at all', null],
  ])('refuses %s', (_, request) => {
    expect(LfsBatchRequest.safeParse(request).success).toBe(false);
  });
});

describe('answers', () => {
  it('reads the answers that the specification shows', () => {
    const action = { href: 'https://some-download.com', header: { Key: 'value' }, expires_at: '2016-11-10T15:29:07Z' };
    const response = {
      transfer: 'basic',
      objects: [
        { oid: '1111111', size: 123, authenticated: true, actions: { download: action } },
        { oid: '2222222', size: 123, error: { code: 404, message: 'Object does not exist' } },
        { oid: '3333333', size: 123 },
      ],
    };
    expect(LfsBatchResponse.parse(response)).toEqual(response);
    const error = { message: 'Not found', documentation_url: 'https://lfs-server.com/docs/errors', request_id: '123' };
    expect(LfsError.parse(error)).toEqual(error);
  });

  it.each([2147483648, -2147483648, 1.5])('refuses to expire in %d seconds, which clients cannot hold', (seconds) => {
    const objects = [{ oid, size: 1, actions: { upload: { href: 'https://x', expires_in: seconds } } }];
    expect(LfsBatchResponse.safeParse({ objects }).success).toBe(false);
  });
});

describe('isLfsOid', () => {
  it.each([oid, '0123456789abcdef'.repeat(4)])('accepts %s', (text) => expect(isLfsOid(text)).toBe(true));
  it.each(['', oid.slice(1), `${oid}a`, oid.toUpperCase(), `${oid}\n`, `../${oid.slice(3)}`])('refuses %j', (text) => {
    expect(isLfsOid(text)).toBe(false);
  });
});

describe('isLfsJson', () => {
  it.each([
    ['application/vnd.git-lfs+json', true],
    ['application/vnd.git-lfs+json; charset=utf-8', true],
    ['Application/Vnd.Git-LFS+JSON ;charset=UTF-8', true],
    ['application/json', false],
    ['application/vnd.git-lfs+json2', false],
    ['', false],
  ])('%j: %s', (contentType, expected) => {
    expect(isLfsJson(contentType)).toBe(expected);
  });
});
