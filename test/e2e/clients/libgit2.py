"""libgit2, driven by git-clients.spec.ts: `libgit2.py <operation> <JSON>`. Prints what the operation found."""

import json
import sys

import pygit2


def callbacks(wish):
    if wish.get("key"):
        credentials = pygit2.Keypair(wish["account"], wish["key"] + ".pub", wish["key"], "")
    elif wish.get("token"):
        credentials = pygit2.UserPass("x", wish["token"])
    else:
        credentials = None

    class Callbacks(pygit2.RemoteCallbacks):
        def __init__(self):
            super().__init__(credentials=credentials)
            self.refusals = []

        def certificate_check(self, certificate, valid, host):
            return True  # the host key of a server that the test has just made

        def push_update_reference(self, refname, message):
            if message:
                self.refusals.append(f"{refname}: {message}")

    return Callbacks()


def clone(wish):
    repository = pygit2.clone_repository(wish["url"], wish["dir"], callbacks=callbacks(wish))
    return "empty" if repository.is_empty else f"{repository.head.shorthand} {repository.head.target}"


def commit(wish):
    repository = pygit2.Repository(wish["dir"])
    with open(f"{wish['dir']}/{wish['name']}", "w") as file:
        file.write(wish["text"])
    if repository.head_is_unborn:
        repository.set_head("refs/heads/main")  # a clone of an empty repository begins on master
    repository.index.add(wish["name"])
    repository.index.write()
    author = pygit2.Signature("alice", "alice@example.com")
    parents = [] if repository.head_is_unborn else [repository.head.target]
    return str(repository.create_commit("refs/heads/main", author, author, "change", repository.index.write_tree(), parents))


def push(wish):
    tracker = callbacks(wish)
    pygit2.Repository(wish["dir"]).remotes["origin"].push([wish["refspec"]], callbacks=tracker)
    if tracker.refusals:
        raise SystemExit("\n".join(tracker.refusals))
    return "ok"


def tag(wish):
    repository = pygit2.Repository(wish["dir"])
    author = pygit2.Signature("alice", "alice@example.com")
    return str(repository.create_tag(wish["name"], repository.head.target, pygit2.GIT_OBJ_COMMIT, author, "a tag"))


def fetch(wish):
    repository = pygit2.Repository(wish["dir"])
    repository.remotes["origin"].fetch(callbacks=callbacks(wish))
    return str(repository.references["refs/remotes/origin/main"].target)


OPERATIONS = {"clone": clone, "commit": commit, "push": push, "tag": tag, "fetch": fetch}
print(OPERATIONS[sys.argv[1]](json.loads(sys.argv[2])))
