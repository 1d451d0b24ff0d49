"""Runs a command while a roost of its own serves: `python3 -m proof.with_server curl '{url}/v1/health/'`.

`{url}` in an argument becomes the address. The exit code is the command's; a server that died meanwhile makes it 70.
"""

import subprocess
import sys

from proof.server import Server


def main():
    with Server() as roost:
        code = subprocess.call([argument.replace("{url}", roost.url) for argument in sys.argv[1:]])
        if not (roost.running() and roost.healthy()):
            print("the server did not survive:\n" + roost.log_tail(), file=sys.stderr)
            return 70
    return code


if __name__ == "__main__":
    sys.exit(main())
