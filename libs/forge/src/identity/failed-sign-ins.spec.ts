import { FailedSignIns } from './failed-sign-ins';

let nowMs = 0;
const clock = { now: () => new Date(nowMs) };
const wait = (seconds: number) => void (nowMs += seconds * 1000);

it('tells the first of an account and an address, and then of ten minutes what came between', () => {
  const failures = new FailedSignIns(clock);
  wait(1000);
  expect(failures.note('alice 192.0.2.1')).toEqual({ untold: 0, untoldOfAll: 0 });
  expect(failures.note('alice 192.0.2.1')).toBeNull();
  expect(failures.note('alice 192.0.2.2')).toEqual({ untold: 0, untoldOfAll: 0 });
  wait(599);
  expect(failures.note('alice 192.0.2.1')).toBeNull();
  wait(1);
  expect(failures.note('alice 192.0.2.1')).toEqual({ untold: 2, untoldOfAll: 0 });
});

it('tells thirty a minute, however many accounts and addresses there are, and then how many it left out', () => {
  const failures = new FailedSignIns(clock);
  wait(1000);
  const told = Array.from({ length: 100 }, (_, n) => failures.note(`account${n}`)).filter((each) => each !== null);
  expect(told).toHaveLength(30);
  wait(60);
  expect(failures.note('one more')).toEqual({ untold: 0, untoldOfAll: 70 });
  expect(failures.note('and another')).toEqual({ untold: 0, untoldOfAll: 0 });
});

it('remembers no more than it must', () => {
  const failures = new FailedSignIns(clock);
  for (let n = 0; n < 10_100; n++) {
    wait(3);
    failures.note(`account${n}`);
  }
  expect(failures['seen'].size).toBeLessThanOrEqual(10_000);
});
