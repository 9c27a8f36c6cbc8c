import {
  LfsCreateLockRequest,
  LfsLockConflict,
  LfsLockListQuery,
  LfsUnlockRequest,
  LfsVerifyLocksRequest,
} from './locks';

describe('lock requests', () => {
  it('reads a lock to create', () => {
    const request = { path: 'foo/bar.zip', ref: { name: 'refs/heads/my-feature' } };
    expect(LfsCreateLockRequest.parse(request)).toEqual(request);
    expect(LfsCreateLockRequest.safeParse({ path: '' }).success).toBe(false);
    expect(LfsCreateLockRequest.safeParse({}).success).toBe(false);
  });

  it('takes an empty query parameter for an absent one', () => {
    expect(LfsLockListQuery.parse({ path: '', id: '', cursor: '', limit: '', refspec: '' })).toEqual({});
    expect(LfsLockListQuery.parse({ path: 'a', limit: '25' })).toEqual({ path: 'a', limit: 25 });
  });

  it.each(['-1', '1.5', 'ten', '1e3'])('refuses to list %s locks', (limit) => {
    expect(LfsLockListQuery.safeParse({ limit }).success).toBe(false);
  });

  it('takes zero and empty for "not set" in a verification', () => {
    expect(LfsVerifyLocksRequest.parse({ cursor: '', limit: 0 })).toEqual({});
    expect(LfsVerifyLocksRequest.parse({ cursor: 'x', limit: 100, ref: null })).toEqual({
      cursor: 'x',
      limit: 100,
      ref: null,
    });
    expect(LfsVerifyLocksRequest.safeParse({ limit: -1 }).success).toBe(false);
  });

  it('does not force an unlock unless asked to', () => {
    expect(LfsUnlockRequest.parse({})).toEqual({ force: false });
    expect(LfsUnlockRequest.parse({ force: true, ref: {} })).toEqual({ force: true, ref: {} });
  });

  it('shows the lock that stands in the way', () => {
    const lock = { id: 'some-uuid', path: 'a', locked_at: '2016-05-17T15:49:06+00:00', owner: { name: 'Jane Doe' } };
    expect(LfsLockConflict.parse({ lock, message: 'already created lock' })).toEqual({
      lock,
      message: 'already created lock',
    });
    expect(LfsLockConflict.safeParse({ message: 'already created lock' }).success).toBe(false);
  });
});
