import { EventEmitter } from 'node:events';
import { RequestTurns } from './request-turns';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

class Crowd {
  begun = 0;
  nowMs = 0;
  private readonly server = new EventEmitter();
  private readonly turns = new RequestTurns(() => this.nowMs);

  constructor() {
    this.turns.watch(this.server as never);
  }

  knock(): void {
    this.server.emit('connection');
  }

  ask(path = '/alice/repo', response = { closed: false }): void {
    this.turns.admit({ path } as never, response as never, () => void this.begun++);
  }
}

it('begins at once with who comes alone', async () => {
  const crowd = new Crowd();
  for (let nth = 1; nth < 4; nth++) {
    crowd.ask();
    expect(crowd.begun).toBe(nth);
    await turn();
  }
});

it('begins with one of a crowd in each turn, and with all of it in the end', async () => {
  const crowd = new Crowd();
  for (let nth = 0; nth < 4; nth++) crowd.ask();
  for (let begun = 1; begun <= 4; begun++) {
    expect(crowd.begun).toBe(begun);
    await turn();
  }
  await turn();
  expect(crowd.begun).toBe(4);
});

it('lets in who knocks before it begins with who is in', async () => {
  const crowd = new Crowd();
  for (let nth = 0; nth < 5; nth++) {
    crowd.knock();
    crowd.ask();
    await turn();
    expect(crowd.begun).toBe(0);
  }
  await turn();
  expect(crowd.begun).toBe(1);
});

it('lets nobody wait for ever, however many knock', async () => {
  const crowd = new Crowd();
  crowd.knock();
  for (let nth = 0; nth < 3; nth++) crowd.ask();
  crowd.nowMs = 249;
  await turn();
  expect(crowd.begun).toBe(0);
  crowd.nowMs = 250;
  for (let nth = 1; nth <= 3; nth++) {
    crowd.knock();
    await turn();
    expect(crowd.begun).toBe(nth);
  }
});

it.each(['/health/live', '/health/ready', '/metrics'])('begins with %s at once, whoever waits or knocks', (path) => {
  const crowd = new Crowd();
  for (let nth = 0; nth < 50; nth++) crowd.ask();
  crowd.knock();
  const before = crowd.begun;
  for (let nth = 0; nth < 50; nth++) crowd.ask(path);
  expect(crowd.begun - before).toBe(50);
});

it('does not begin with who has left meanwhile', async () => {
  const crowd = new Crowd();
  const left = { closed: false };
  for (let nth = 0; nth < 5; nth++) crowd.ask();
  crowd.ask('/', left);
  left.closed = true;
  for (let nth = 0; nth < 8; nth++) await turn();
  expect(crowd.begun).toBe(5);
});
