import { createFixture, type Fixture } from '../testing/fixture';
import { until } from '../testing/project';
import { GroupGuard } from './group-guard';
import { spawnGit, type GitProcess } from './spawn-git';

let fixture: Fixture;
const started: GitProcess[] = [];

beforeAll(async () => (fixture = await createFixture()));
afterAll(() => fixture.remove());
afterEach(() => started.splice(0).forEach(({ pid }) => lives(pid) && process.kill(-pid, 'SIGKILL')));

function lives(pid: number): boolean {
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A git that does as `script` says and knows nothing of us. */
async function run(guard: GroupGuard, script: string): Promise<GitProcess> {
  const git = spawnGit({ ...fixture.home, guard }, { args: ['-c', `alias.run=!${script}`, 'run'] });
  started.push(git);
  await new Promise((resolve) => git.stdout.once('data', resolve));
  return git;
}

it('ends what still runs when the pipe closes, processes that ignore SIGTERM and children among them', async () => {
  const guard = new GroupGuard();
  const stubborn = await run(guard, 'trap "" TERM; echo ready; sleep 600 & wait; sleep 600');
  const quick = await run(guard, 'echo ready');
  await quick.done;
  const plain = await run(guard, 'echo ready; exec sleep 600');
  await guard.close();
  await until(() => [stubborn, plain].every(({ pid }) => !lives(pid)));
});

it('leaves alone what has been forgotten', async () => {
  const guard = new GroupGuard();
  const [forgotten, watched] = [await run(guard, 'echo ready; sleep 600'), await run(guard, 'echo ready; sleep 600')];
  guard.forget(forgotten.pid);
  await guard.close();
  await until(() => !lives(watched.pid));
  expect(lives(forgotten.pid)).toBe(true);
});

it('ends at once when nothing runs any more', async () => {
  const guard = new GroupGuard();
  await (
    await run(guard, 'echo ready')
  ).done;
  await expect(guard.close()).resolves.toBeUndefined();
});
