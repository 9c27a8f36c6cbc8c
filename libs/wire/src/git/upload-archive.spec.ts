import { ProtocolError } from '../protocol-error';
import { FLUSH_PKT, formatPkt } from './pkt-line';
import { parseUploadArchive, takeUploadArchiveArguments } from './upload-archive';

const wire = (...lines: string[]) => Buffer.concat([...lines.map((line) => formatPkt(line)), FLUSH_PKT]);

describe('takeUploadArchiveArguments', () => {
  it('gives the arguments, and asks for more at every cut', () => {
    const whole = wire('argument --format=zip\n', 'argument main\n', 'argument größe x\n');
    expect(takeUploadArchiveArguments(whole)).toEqual(['--format=zip', 'main', 'größe x']);
    for (let cut = 0; cut < whole.length; cut++) expect(takeUploadArchiveArguments(whole.subarray(0, cut))).toBeNull();
  });

  it.each([
    ['another word', wire('want main\n')],
    ['too many', wire(...Array.from({ length: 65 }, () => 'argument x\n'))],
    ['a delimiter', Buffer.from('0001')],
    ['no packet', Buffer.from('GET / HTTP/1.1')],
  ])('refuses %s', (_, bytes) => expect(() => takeUploadArchiveArguments(bytes)).toThrow(ProtocolError));
});

describe('parseUploadArchive', () => {
  const archive = { kind: 'archive', format: 'tar', prefix: '', treeish: 'main', paths: [] };

  it.each([
    [['main'], archive],
    [['--format=zip', '--prefix=a/', '-v', '-9', 'main'], { ...archive, format: 'zip', prefix: 'a/' }],
    [['main', '--format', 'tgz', '--prefix', 'a-'], { ...archive, format: 'tgz', prefix: 'a-' }],
    [['main', 'src', 'docs/a b'], { ...archive, paths: ['src', 'docs/a b'] }],
    [['main', '--', '--output=x', '-l'], { ...archive, paths: ['--output=x', '-l'] }],
    [['--worktree-attributes', '--verbose', 'main'], archive],
    [['--list'], { kind: 'list' }],
    [['-l', 'main'], { kind: 'list' }],
  ])('reads %j', (given, expected) => expect(parseUploadArchive(given)).toEqual(expected));

  it.each([
    [[]],
    [['--format=zip']],
    [['--output=/tmp/x', 'main']],
    [['-o', '/tmp/x', 'main']],
    [['--exec=id', 'main']],
    [['--remote=x', 'main']],
    [['--mtime=now', 'main']],
    [['--add-file=/etc/passwd', 'main']],
    [['--prefix=/etc/', 'main']],
    [[`--prefix=${'x'.repeat(5000)}`, 'main']],
    [['--prefix=a/../../b/', 'main']],
    [['ma\u0000in']],
    [['main', '--', 'a\nb']],
    [['--prefix', 'a\u0007/', 'main']],
  ])('refuses %j', (given) => {
    expect(parseUploadArchive(given)).toMatchObject({ kind: 'refused', reason: expect.stringMatching(/\.$/) });
  });
});
