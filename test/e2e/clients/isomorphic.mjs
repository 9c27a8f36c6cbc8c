// isomorphic-git, driven by git-clients.spec.ts: `isomorphic.mjs <operation> <JSON>`. Prints what the operation found.
import fs from 'node:fs';
import git from 'isomorphic-git';
import http from 'isomorphic-git/http/node';

const [operation, text] = process.argv.slice(2);
const wish = JSON.parse(text);
const { dir, url } = wish;
const author = { name: 'alice', email: 'alice@example.com' };
const onAuth = () => (wish.token ? { username: 'x', password: wish.token } : { cancel: true });
const remote = { fs, http, dir, url, onAuth, onAuthFailure: () => ({ cancel: true }) };

const OPERATIONS = {
  async clone() {
    await git.clone({ ...remote, depth: wish.depth, singleBranch: wish.depth !== undefined });
    const branch = await git.currentBranch({ fs, dir });
    const log = await git.log({ fs, dir }).catch(() => []);
    if (log.length === 0) return 'empty';
    return wish.depth === undefined ? `${branch} ${log[0].oid}` : String(log.length);
  },
  async commit() {
    fs.writeFileSync(`${dir}/${wish.name}`, wish.text);
    await git.add({ fs, dir, filepath: wish.name });
    // A clone of an empty repository begins on a branch of the client's own choice.
    await git.writeRef({ fs, dir, ref: 'HEAD', value: 'refs/heads/main', symbolic: true, force: true });
    return git.commit({ fs, dir, message: 'change', author });
  },
  async push() {
    const [local, target] = wish.refspec.split(':');
    const wanted = local === '' ? { remoteRef: target, delete: true } : { ref: local, remoteRef: target };
    const result = await git.push({ ...remote, ...wanted });
    if (!result.ok) throw new Error(JSON.stringify(result));
    return 'ok';
  },
  tag: () => git.annotatedTag({ fs, dir, ref: wish.name, message: 'a tag', tagger: author }).then(() => 'ok'),
  async fetch() {
    await git.fetch({ ...remote, remote: 'origin' });
    return git.resolveRef({ fs, dir, ref: 'refs/remotes/origin/main' });
  },
};

console.log(await OPERATIONS[operation]());
