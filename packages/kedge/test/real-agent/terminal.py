"""Runs a program at a terminal of its own: terminal.py KEYS SCREEN PROGRAM [ARGUMENT ...]

What is appended to the file KEYS is typed; what the program shows goes into the file SCREEN. SIGTERM closes the terminal, as when its window
is closed, and ends the program; this ends when the program has.
"""

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios

keys_path, screen_path, *command = sys.argv[1:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))


def hang_up(*_):
    os.kill(pid, signal.SIGHUP)


signal.signal(signal.SIGTERM, hang_up)
with open(keys_path, "ab+") as keys, open(screen_path, "ab") as screen:
    keys.seek(0)
    while True:
        if select.select([terminal], [], [], 0.05)[0]:
            try:
                shown = os.read(terminal, 65536)
            except OSError:
                break  # the program has ended
            screen.write(shown)
            screen.flush()
        typed = keys.read()
        if typed:
            os.write(terminal, typed)
os.waitpid(pid, 0)
