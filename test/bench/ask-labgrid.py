"""Debian's labgrid, asked line by line: a JSON request on standard input, a JSON answer on standard output."""
import json, os, sys, time

answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)  # what labgrid's children print is not an answer

from labgrid import Target
from labgrid.driver import SerialDriver, ShellDriver, SSHDriver
from labgrid.resource import NetworkService, RawSerialPort


def times(count, work):
    taken = []
    for _ in range(count):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return taken


def open_ssh(port, keyfile):
    global ssh
    target = Target("ssh")
    NetworkService(target, "service", address="127.0.0.1", username="root", port=port)
    ssh = SSHDriver(target, "ssh", keyfile=keyfile)
    target.activate(ssh)


def run(command, count):
    return times(count, lambda: ssh.run_check(command))


def put(path, remote):
    return times(1, lambda: ssh.put(path, remote))[0]


def get(remote, path):
    return times(1, lambda: ssh.get(remote, path))[0]


def hang(command):
    """Runs a command whose server is stopped meanwhile: how long it took, and what it was taken for."""
    start = time.perf_counter()
    try:
        said = "exit code %d" % ssh.run(command)[2]
    except Exception as error:
        said = "error: %s" % error
    return {"seconds": time.perf_counter() - start, "said": said}


def output(command):
    return "\n".join(ssh.run_check(command))


def open_console(path):
    global shell
    target = Target("console")
    RawSerialPort(target, "port", port=path)
    SerialDriver(target, "serial")
    shell = ShellDriver(target, "shell", prompt="# ", login_prompt="login: ", username="root")
    target.activate(shell)


def run_on_console(command, count):
    return times(count, lambda: shell.run_check(command))


for text in sys.stdin:
    request = json.loads(text)
    try:
        answer = {"value": globals()[request["call"]](*request["args"])}
    except Exception as error:
        answer = {"error": "%s: %s" % (type(error).__name__, error)}
    answers.write(json.dumps(answer) + "\n")
    answers.flush()
