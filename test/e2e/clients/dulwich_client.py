"""dulwich, driven by git-clients.spec.ts: `dulwich_client.py <operation> <JSON>`. Prints what the operation found."""

import io
import json
import sys

from dulwich import porcelain
from dulwich.repo import Repo


def login(wish):
    return {"username": "x", "password": wish["token"]} if wish.get("token") else {}


def clone(wish):
    more = {"depth": wish["depth"]} if wish.get("depth") else {}
    repository = porcelain.clone(wish["url"], wish["dir"], errstream=io.BytesIO(), **more, **login(wish))
    try:
        tip = repository.head().decode()
    except KeyError:
        return "empty"
    if wish.get("depth"):
        return str(sum(1 for _ in repository.get_walker()))
    return f"{porcelain.active_branch(repository).decode()} {tip}"


def init(wish):
    porcelain.init(wish["dir"])
    return "ok"


def commit(wish):
    with open(f"{wish['dir']}/{wish['name']}", "w") as file:
        file.write(wish["text"])
    repository = Repo(wish["dir"])
    repository.refs.set_symbolic_ref(b"HEAD", b"refs/heads/main")
    repository.stage([wish["name"]])
    who = b"alice <alice@example.com>"
    return repository.do_commit(b"change", committer=who, author=who).decode()


def push(wish):
    said = io.BytesIO()
    porcelain.push(wish["dir"], wish["url"], wish["refspec"], errstream=said, **login(wish))
    return "ok"


def tag(wish):
    porcelain.tag_create(wish["dir"], wish["name"].encode(), annotated=True, author=b"alice <alice@example.com>", message=b"a tag")
    return "ok"


def fetch(wish):
    found = porcelain.fetch(wish["dir"], wish["url"], errstream=io.BytesIO(), **login(wish))
    return found.refs[b"refs/heads/main"].decode()


OPERATIONS = {"clone": clone, "init": init, "commit": commit, "push": push, "tag": tag, "fetch": fetch}
print(OPERATIONS[sys.argv[1]](json.loads(sys.argv[2])))
