import { isServerOutage, patiently } from './outage';

const coded = (code: string, message = 'as the driver says') => Object.assign(new Error(message), { code });

describe('an outage is told from a refusal', () => {
  it.each([
    ['no connection left', coded('53300', 'remaining connection slots are reserved')],
    ['a server that starts', coded('57P03')],
    ['a backend that was ended', coded('57P01')],
    ['a connection refused', coded('ECONNREFUSED')],
    ['a pooler with no room', coded('08P01', 'no more connections allowed (max_client_conn)')],
    ['a standby', coded('25006')],
    ['a socket that is not there', Object.assign(coded('ENOENT'), { syscall: 'connect' })],
    ['a full pool', new Error('timeout exceeded when trying to connect')],
    ['a Redis without memory', new Error("OOM command not allowed when used memory > 'maxmemory'.")],
    ['a Redis replica', new Error("READONLY You can't write against a read only replica.")],
    ['a Redis that cannot save', new Error('MISCONF Redis is configured to save RDB snapshots')],
    [
      'a transaction whose connection broke',
      Object.assign(new Error('x'), { name: 'QueryRunnerAlreadyReleasedError' }),
    ],
  ])('%s is an outage', (_what, error) => expect(isServerOutage(error)).toBe(true));

  it.each([
    ['a missing function', coded('42883')],
    ['a value that is there already', coded('23505')],
    ['a deadlock', coded('40P01')],
    ['a wrong password', coded('28P01')],
    ['a file that is not there', Object.assign(coded('ENOENT'), { syscall: 'open' })],
    ['a defect', new TypeError('x is undefined')],
    ['no error', 'OOM '],
  ])('%s is none', (_what, error) => expect(isServerOutage(error)).toBe(false));
});

describe('patience', () => {
  it('asks again while there is no connection left', async () => {
    let tries = 0;
    const answer = await patiently(async () => {
      if (++tries < 3) throw coded('53300');
      return 'answer';
    }, 10_000);
    expect([answer, tries]).toEqual(['answer', 3]);
  });

  it('ends with what the server said last', async () => {
    await expect(patiently(() => Promise.reject(coded('53300', 'still none')), 120)).rejects.toThrow('still none');
  });

  it('asks once where waiting does not help', async () => {
    let tries = 0;
    const ask = () => {
      tries++;
      return Promise.reject(coded('28P01', 'wrong password'));
    };
    await expect(patiently(ask, 10_000)).rejects.toThrow('wrong password');
    expect(tries).toBe(1);
  });
});
