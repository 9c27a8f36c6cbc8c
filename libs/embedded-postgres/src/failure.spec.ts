import { postgresFailure, systemFailure } from './failure';

describe('a failure', () => {
  it.each([
    ['FATAL:  could not write to file "pg_wal/xlogtemp.29": No space left on device', 'storage_full'],
    ['FATAL:  could not create lock file "postmaster.pid": Disk quota exceeded', 'storage_full'],
    ['FATAL:  could not create lock file "postmaster.pid": Permission denied', 'unavailable'],
    ['', 'unavailable'],
  ])('of a server that wrote %j is %s, with its words', (output, code) => {
    expect(postgresFailure('It did not start.', output)).toMatchObject({
      code,
      message: expect.stringContaining(output),
    });
  });

  it.each([
    ['ENOSPC', 'storage_full'],
    ['EDQUOT', 'storage_full'],
    ['EACCES', 'unavailable'],
  ])('of a system call with %s is %s', (errno, code) => {
    const error = Object.assign(new Error(`${errno}: mkdir`), { code: errno });
    expect(systemFailure('It could not be started', error)).toMatchObject({ code, cause: error });
  });
});
