import { DiskRoomService } from './disk-room.service';

/** A disk whose free space is what the test says. */
class Disk extends DiskRoomService {
  constructor(public free: number) {
    super({ repositoriesDir: '/nowhere' });
  }

  protected override freeBytes() {
    return Promise.resolve(this.free);
  }
}

const MIB = 1 << 20;

describe('a push to a disk that is full', () => {
  it('is refused with what happened and what to do', async () => {
    const disk = new Disk(63 * MIB);
    await expect(disk.require()).rejects.toMatchObject({
      code: 'storage_full',
      message: expect.stringContaining('disk is full'),
      hint: expect.stringContaining('free some space'),
    });
  });

  it('goes on where caches give enough way', async () => {
    const disk = new Disk(0);
    disk.givesWay(() => Promise.resolve(void (disk.free = 64 * MIB)));
    await expect(disk.require()).resolves.toBeUndefined();
  });

  it('empties one cache after the other, and no more than it needs', async () => {
    const disk = new Disk(0);
    const asked: string[] = [];
    const cache = (name: string, bytes: number) => () => {
      asked.push(name);
      disk.free += bytes;
      return Promise.resolve();
    };
    disk.givesWay(cache('packs', 30 * MIB));
    disk.givesWay(cache('archives', 40 * MIB));
    disk.givesWay(cache('others', 40 * MIB));
    await disk.require();
    expect(asked).toEqual(['packs', 'archives']);
  });

  it('leaves caches alone while there is room', async () => {
    const disk = new Disk(64 * MIB);
    const empty = jest.fn(() => Promise.resolve());
    disk.givesWay(empty);
    await disk.require();
    expect(empty).not.toHaveBeenCalled();
  });
});
