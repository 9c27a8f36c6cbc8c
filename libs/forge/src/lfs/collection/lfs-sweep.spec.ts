import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { newObject, quarantineObjects, updateRefs, type QuarantinedObjects } from '@granary/git-process';
import { PushJudge, PushRecordService } from '../../pushes';
import { commitText, LfsCollectionFixture, MAIN, TOPIC, ZERO, type Pushed } from '../../testing/lfs-collection-fixture';
import { untilBlocked } from '../../testing/until-blocked';
import { LfsMarkService, type Marked } from './lfs-mark.service';
import { LfsPurgeService } from './lfs-purge.service';
import { LfsSweepService } from './lfs-sweep.service';
import { LfsTrashService } from './lfs-trash.service';

const AGAIN = 'refs/heads/again';

const room = new LfsCollectionFixture();
let main: Pushed;
/** What no ref has named for longer than the grace. */
let old: Pushed;

beforeAll(() => room.open(), 60_000);
afterAll(() => room.forge.close());

async function begin(): Promise<void> {
  await room.begin();
  const pushed = await room.pushed(MAIN, TOPIC);
  [main, old] = [pushed[0]!, pushed[1]!];
  await room.move({ [TOPIC]: null });
  room.days(15);
}

const mark = () => room.get(LfsMarkService).mark(room.repository);
const sweep = (marked: Marked) => room.get(LfsSweepService).sweep(room.repository, marked);

describe('between mark and sweep', () => {
  beforeEach(begin);

  it('a judged pointer dates the link, and the sweep passes over it', async () => {
    const marked = await mark();
    expect([...marked.marks.unmarked()]).toEqual([old.oid]);
    expect([...(await room.get(LfsTrashService).hold(room.repository, [old.oid]))]).toEqual([old.oid]);
    expect((await sweep(marked)).collected).toEqual([]);
    expect(await room.isLinked(old)).toBe(true);
  });

  it('a judge that holds the row is waited for', async () => {
    const marked = await mark();
    const runner = room.forge.database.createQueryRunner();
    await runner.startTransaction();
    await runner.query('UPDATE lfs_links SET shown_at = $3 WHERE repository_id = $1 AND oid = $2', [
      ...[room.repository.id, old.oid],
      room.clock.now(),
    ]);
    const sweeping = sweep(marked);
    await untilBlocked(room.forge.database);
    await runner.commitTransaction();
    await runner.release();
    expect((await sweeping).collected).toEqual([]);
    expect(await room.isLinked(old)).toBe(true);
  });

  it('a judge that comes after the sweep brings the object back', async () => {
    expect((await sweep(await mark())).collected).toMatchObject([{ oid: old.oid }]);
    const held = await room.get(LfsTrashService).hold(room.repository, [old.oid, 'f'.repeat(64)]);
    expect([...held]).toEqual([old.oid]);
    expect(await room.isLinked(old)).toBe(true);
    expect((await sweep(await mark())).collected).toEqual([]);
  });

  it('a ref that moves to commits which no judge looked at is seen after the sweep', async () => {
    const marked = await mark();
    await updateRefs(room.forge.git, room.path, [{ ref: AGAIN, newOid: old.commit }]);
    expect(await sweep(marked)).toMatchObject({ collected: [], restored: [old.oid] });
    expect(await room.isLinked(old)).toBe(true);
  });

  it('a push under way keeps what its intent names, though no ref has moved', async () => {
    const marked = await mark();
    const intent = [room.repository.id, room.clock.now(), AGAIN, ZERO, old.commit];
    await room.query(
      `WITH push AS (INSERT INTO pushes (id, repository_id, transport, state, created_at)
         VALUES (gen_random_uuid(), $1, 'http', 'intended', $2) RETURNING id)
       INSERT INTO push_commands (push_id, ref, old_oid, new_oid) SELECT id, $3, $4, $5 FROM push`,
      intent,
    );
    expect(await sweep(marked)).toMatchObject({ collected: [], restored: [old.oid] });
  });

  it('a push over commits whose objects are gone is refused, and told what to do', async () => {
    await sweep(await mark());
    room.days(15);
    await room.collect();
    expect([await room.isTrash(old), await isInHub()]).toEqual([false, false]);
    await expect(room.move({ [AGAIN]: old.commit })).rejects.toMatchObject({
      code: 'push_refused',
      message: expect.stringMatching(/1 LFS object is missing[\s\S]*data\.bin[\s\S]*git lfs push --all/),
    });
    await room.upload(room.repository, old.bytes);
    await room.move({ [AGAIN]: old.commit });
  });

  it('and one over text that only looks like a pointer is not', async () => {
    const blob = await room.write('blob', `FROM debian@sha256:${'a'.repeat(64)}\n`);
    const tree = await room.writeTree([['100644', 'Dockerfile', blob]]);
    await room.move({ 'refs/heads/docker': await room.writeCommit(tree) });
  });

  const isInHub = async () => (await room.oidsIn('lfs_objects')).includes(old.oid);

  it('nothing that runs at once leaves a ref without its object', async () => {
    room.today();
    for (let round = 0; round < 8; round++) {
      await room.query(`UPDATE lfs_links SET shown_at = now() - interval '20 days'`);
      await room.query(`UPDATE pushes SET created_at = created_at - interval '20 days'`);
      const ref = `${AGAIN}${round}`;
      const moved = room.move({ [ref]: old.commit });
      const [report] = await Promise.all([room.collect(), moved, round % 2 ? room.collect(true) : null]);
      expect(['done', 'busy']).toContain(report.outcome);
      expect(await room.isLinked(old)).toBe(true);
      await room.move({ [ref]: null });
    }
  });

  it('an upload that shows the content keeps its row from a purge that has begun', async () => {
    await sweep(await mark());
    await room.query('DELETE FROM lfs_trash WHERE oid = $1', [old.oid]);
    await whilePurging('UPDATE lfs_objects SET touched_at = $2 WHERE oid = $1', [old.oid, room.clock.now()]);
    expect(await room.keysOf(old)).toHaveLength(1);
    expect(await isInHub()).toBe(true);
  });

  it('a link that is being made keeps the object from a purge that has begun', async () => {
    await sweep(await mark());
    await room.query('DELETE FROM lfs_trash WHERE oid = $1', [old.oid]);
    const second = await room.create('second');
    await whilePurging('INSERT INTO lfs_links (repository_id, oid) VALUES ($1, $2)', [second.id, old.oid]);
    expect(await room.keysOf(old)).toHaveLength(1);
    expect(await room.oidsIn('lfs_links', second.id)).toEqual([old.oid]);
  });

  /** The purge comes to wait for a transaction that has done this, which then commits. */
  async function whilePurging(sql: string, values: unknown[]): Promise<void> {
    const runner = room.forge.database.createQueryRunner();
    await runner.startTransaction();
    await runner.query(sql, values);
    const purging = room.get(LfsPurgeService).objects([old.oid]);
    await untilBlocked(room.forge.database);
    await runner.commitTransaction();
    await runner.release();
    await purging;
  }
});

const NOTHING_SENT = { quarantine: { objectDirectory: '', alternates: '' }, migrate: () => Promise.resolve() };

/** Pushes that make a ref name `old` again without sending its pointer. */
const SENDING: Record<string, () => Promise<{ newOid: string } & Pick<QuarantinedObjects, 'quarantine' | 'migrate'>>> =
  {
    'nothing: the old commit itself': () => Promise.resolve({ ...NOTHING_SENT, newOid: old.commit }),
    'a commit on top of the old one': async () =>
      sentCommit({ tree: await room.git('rev-parse', `${main.commit}^{tree}`), parent: old.commit }),
    'a commit on another with the old file in it': async () =>
      sentCommit({ tree: await room.git('rev-parse', `${old.commit}^{tree}`), parent: main.commit }),
  };

async function sentCommit({ tree, parent }: { tree: string; parent: string }) {
  const text = commitText(tree, { parents: [parent], message: `push ${room.next()}` });
  const sent = newObject('sha1', 'commit', Buffer.from(text));
  const options = { repositoryPath: room.path, format: 'sha1' as const, objects: [sent] };
  return { ...(await quarantineObjects(room.forge.git, options)), newOid: sent.oid };
}

/** Every order of the steps of a sweep and of a push, each of which keeps its own order. */
function* orders(sweep: string[], push: string[]): Generator<string[]> {
  if (sweep.length === 0 || push.length === 0) return yield [...sweep, ...push];
  for (const rest of orders(sweep.slice(1), push)) yield [sweep[0] ?? '', ...rest];
  for (const rest of orders(sweep, push.slice(1))) yield [push[0] ?? '', ...rest];
}
const ORDERS = [...orders(['mark', 'collect', 'look again'], ['judge', 'intend', 'move'])].map((each) => each.join());

describe.each(Object.keys(SENDING))('beside a sweep, a push that sends %s', (kind) => {
  let shownAt: Date;

  // One repository serves all orders: its setup takes four times as long as an order does.
  beforeAll(async () => {
    await begin();
    const [link] = await room.query<{ shown_at: Date }>('SELECT shown_at FROM lfs_links WHERE oid = $1', [old.oid]);
    shownAt = link!.shown_at;
  });

  /** As before the order: no ref names the object, no push is under way, and the link is as old as it was. */
  afterEach(async () => {
    await rm(join(room.path, AGAIN), { force: true });
    await room.query(`DELETE FROM pushes WHERE repository_id = $1 AND state = 'intended'`, [room.repository.id]);
    if (await room.isTrash(old)) await room.get(LfsTrashService).restoreOne(room.repository, old.oid);
    await room.query('UPDATE lfs_links SET shown_at = $2 WHERE oid = $1', [old.oid, shownAt]);
  });

  it.each(ORDERS)('is safe: %s', async (order) => {
    const { newOid, quarantine, migrate } = (await SENDING[kind]?.()) ?? { ...NOTHING_SENT, newOid: '' };
    const commands = [{ ref: AGAIN, oldOid: ZERO, newOid }];
    const marks = room.get(LfsMarkService);
    const [hasCollected, mayLook] = [deferred(), deferred()];
    const namedSince = marks.namedSince.bind(marks);
    const pause = jest.spyOn(marks, 'namedSince').mockImplementation(async (...wanted) => {
      hasCollected.resolve();
      await mayLook.promise;
      return namedSince(...wanted);
    });
    let [marked, sweeping]: [Marked?, Promise<unknown>?] = [];
    const steps: Record<string, () => Promise<unknown>> = {
      mark: async () => (marked = await mark()),
      collect: () => {
        sweeping = marked && sweep(marked);
        return hasCollected.promise;
      },
      'look again': async () => {
        mayLook.resolve();
        await sweeping;
      },
      judge: async () => {
        const opened = { repository: room.repository, role: 'admin' as const };
        const judged = await room.get(PushJudge).judge({ actor: room.alice, opened, commands, quarantine });
        expect(judged.refusals).toEqual([]);
      },
      intend: () => {
        const push = { actorUserId: room.alice.userId, transport: 'http' as const, commands };
        return room.get(PushRecordService).intend(room.repository, push);
      },
      move: async () => {
        await migrate();
        await updateRefs(room.forge.git, room.path, [{ ref: AGAIN, newOid }]);
      },
    };
    try {
      for (const step of order.split(',')) await steps[step]?.();
    } finally {
      pause.mockRestore();
    }
    expect(await room.isLinked(old)).toBe(true);
    expect(await room.isTrash(old)).toBe(false);
  });

  // What shows that the orders have something to lose.
  it('is what kept it: without a push, the object is collected', async () => {
    expect((await sweep(await mark())).collected).toMatchObject([{ oid: old.oid }]);
  });
});

function deferred(): { promise: Promise<void>; resolve(): void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}
