"""A simulated `gh`: answers the calls of .github/scripts from a state file, and records them."""

import json
import os
import sys
from pathlib import Path
from typing import Any

STATE = Path(os.environ.get("GH_STATE", ""))
ARGUMENTS = sys.argv[1:]
ISSUE, RELEASE = 65_536, 125_000  # characters that GitHub accepts
BOT = "github-actions[bot]"

State = dict[str, Any]


class Refused(Exception):
    """An error of GitHub's API: its status and message."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"gh: {message} (HTTP {status})")
        self.answer = {"message": message, "status": str(status)}


def main() -> int:
    """Answer one call; return the exit status."""
    state = json.loads(STATE.read_text())
    state["calls"].append(ARGUMENTS)
    try:
        return answer(state)
    except Refused as refused:
        print(json.dumps(refused.answer))
        print(refused, file=sys.stderr)
        return 1
    finally:
        STATE.write_text(json.dumps(state))


def answer(state: State) -> int:
    """Print the answer to this call, and change the state; return the exit status."""
    match ARGUMENTS[:2]:
        case ["issue", "list"]:
            numbers = [n for n, title in state["open"].items() if title == os.environ["TITLE"]]
            print(*numbers[:1])
        case ["issue", "create" | "comment" | "edit"]:
            state["text"] = text_of(option("--body-file"), ISSUE)
            if "--title" in ARGUMENTS:
                state["open"][str(len(state["calls"]))] = option("--title")
        case ["issue", "close"]:
            del state["open"][ARGUMENTS[2]]
        case ["release", "view"]:
            return 0 if ARGUMENTS[2] in state["releases"] else 1
        case ["release", "create"]:
            state["releases"][ARGUMENTS[2]] = text_of(option("--notes-file"), RELEASE)
        case ["run", "list"]:
            later = (run for run in state["runs"] if run["createdAt"] >= os.environ["BEGAN"])
            good = [r for r in later if r["status"] != "completed" or r["conclusion"] == "success"]
            print(len(good))
        case ["run", "download"]:
            os.link(state["artifacts"][option("--name")], Path(option("--dir"), "artifact.tar"))
        case ["pr", "list"]:
            for pull in state["pulls"]:
                if pull["headRefOid"] == os.environ["HEAD_SHA"]:
                    print(pull["number"], pull["changedFiles"])
        case ["api", *_]:
            api(state, next(word for word in ARGUMENTS if word.startswith("repos/")))
    return 0


def api(state: State, address: str) -> None:
    """Answer a call of the API, below the one repository."""
    own = f"repos/{os.environ['GITHUB_REPOSITORY']}"
    if not address.startswith(own):
        raise Refused(404, "Not Found")
    place = address.removeprefix(own).partition("?")[0].lstrip("/")
    match place.split("/"):
        case ["issues", "comments", number]:
            (comment,) = (c for c in state["comments"] if str(c["id"]) == number)
            comment["body"] = text_of(option("--field").partition("@")[2], ISSUE)
        case ["issues", number, "comments"] if option("--method") == "POST":
            body = text_of(option("--field").partition("@")[2], ISSUE)
            comment = {"id": len(state["comments"]) + 1, "on": number, "login": BOT, "body": body}
            state["comments"].append(comment)
        case ["issues", number, "comments"]:
            ours = [c for c in state["comments"] if c["on"] == number and c["login"] == BOT]
            for comment in ours:
                if comment["body"].startswith(os.environ["MARK"]):
                    print(comment["id"])
        case ["pulls", number, "files"]:
            print(*state["files"][number], sep="\n")
        case _ if place not in state["api"]:
            raise Refused(404, "Not Found")
        case _ if option("--jq"):
            value = state["api"][place][option("--jq")[1:]]
            print(json.dumps(value) if isinstance(value, bool) else value)
        case _:
            print(json.dumps(state["api"][place]))


def option(name: str) -> str:
    """Return the value of an option of this call; "" without it."""
    return ARGUMENTS[ARGUMENTS.index(name) + 1] if name in ARGUMENTS else ""


def text_of(path: str, most: int) -> str:
    """Return the text of a file. Raises Refused where GitHub would, as it is too long."""
    text = Path(path).read_text("utf-8")
    if len(text) > most:
        raise Refused(422, f"body is too long (maximum is {most} characters)")
    return text


if __name__ == "__main__":
    sys.exit(main())
