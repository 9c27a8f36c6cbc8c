import { Readable } from 'node:stream';
import type { LfsResumableService } from '@granary/forge';
import type { Response } from 'express';
import type { HubRequest } from '../hub-request';
import { LfsTusController } from './lfs-tus.controller';
import type { TransferUrls } from './transfer-url';

const OID = 'ab'.repeat(32);
const repository = { id: 7 };
const grant = { oid: OID, sizeBytes: 100 };
const GOOD = {
  'tus-resumable': '1.0.0',
  'content-type': 'application/offset+octet-stream',
  'upload-offset': '40',
  'content-length': '60',
};

/** What the controller asks for and answers, of an upload that stands at 40 of 100 bytes. */
function stage() {
  const receive = jest.fn((_repository: unknown, _claim: unknown, { offsetBytes }: { offsetBytes: number }) =>
    Promise.resolve(offsetBytes + 60),
  );
  const uploads = { receive, offset: () => Promise.resolve(40) } as unknown as LfsResumableService;
  const open = jest.fn((..._asked: unknown[]) => Promise.resolve({ repository, grant }));
  const controller = new LfsTusController(uploads, { open } as unknown as TransferUrls);
  const answer = { status: 0, headers: {} as Record<string, string> };
  const response = {
    set: (name: string | Record<string, string>, value = '') => {
      Object.assign(answer.headers, typeof name === 'string' ? { [name]: value } : name);
      return response;
    },
    status: (status: number) => {
      answer.status = status;
      return response;
    },
    end: () => response,
  };
  const request = (headers: Record<string, string | undefined>) =>
    Object.assign(Readable.from([]), { get: (name: string) => headers[name], headers }) as unknown as HubRequest;
  const append = (headers: Record<string, string | undefined>) =>
    controller.append(OID, request(headers), response as unknown as Response);
  const offset = (headers: Record<string, string | undefined>) =>
    controller.offset(OID, request(headers), response as unknown as Response);
  return { append, offset, receive, open, answer };
}

describe('a PATCH of tus', () => {
  it('goes on where it says, for the upload that its address was signed for', async () => {
    const { append, receive, open, answer } = stage();
    await append(GOOD);
    expect(open).toHaveBeenCalledWith(expect.anything(), OID, 'tus');
    expect(receive).toHaveBeenCalledWith(repository, grant, expect.objectContaining({ offsetBytes: 40 }));
    expect(answer).toEqual({ status: 204, headers: { 'Tus-Resumable': '1.0.0', 'Upload-Offset': '100' } });
  });

  it.each([
    ['no offset', { 'upload-offset': undefined }, 'bad_request'],
    ['an empty offset', { 'upload-offset': '' }, 'bad_request'],
    ['an offset before the beginning', { 'upload-offset': '-1' }, 'bad_request'],
    ['half an offset', { 'upload-offset': '4.5' }, 'bad_request'],
    ['an offset with blanks', { 'upload-offset': ' 40' }, 'bad_request'],
    ['an offset of sixteen digits', { 'upload-offset': '1'.repeat(16) }, 'bad_request'],
    ['a body that reaches behind the end', { 'content-length': '61' }, 'invalid'],
    ['an offset behind the end', { 'upload-offset': '101', 'content-length': undefined }, 'invalid'],
    ['another type', { 'content-type': 'application/octet-stream' }, 'unsupported_media_type'],
    ['no type', { 'content-type': undefined }, 'unsupported_media_type'],
  ])('with %s is refused before a byte is taken', async (_what, change, code) => {
    const { append, receive } = stage();
    await expect(append({ ...GOOD, ...change })).rejects.toMatchObject({ code });
    expect(receive).not.toHaveBeenCalled();
  });

  it.each([undefined, '0.2.2', '1.0.0 '])('of version %j is told which one is spoken', async (version) => {
    const { append, receive, open, answer } = stage();
    await append({ ...GOOD, 'tus-resumable': version });
    expect(answer).toEqual({ status: 412, headers: { 'Tus-Resumable': '1.0.0', 'Tus-Version': '1.0.0' } });
    expect([receive, open].map((each) => each.mock.calls.length)).toEqual([0, 0]);
  });
});

it('tells how far an upload is, and of how much', async () => {
  const { offset, answer } = stage();
  await offset(GOOD);
  expect(answer).toMatchObject({ status: 200, headers: { 'Upload-Offset': '40', 'Upload-Length': '100' } });
  expect(answer.headers['Cache-Control']).toBe('no-store');
});
