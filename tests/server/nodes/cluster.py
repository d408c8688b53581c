# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""Real PostgreSQL servers on Unix sockets: a primary, and a standby that can take its place."""
import os
import shutil
import signal
import subprocess
import tempfile
import time

BIN = os.environ.get('PGBIN', '/usr/lib/postgresql/15/bin')
PATIENCE = 30


def as_postgres(*command):
    """PostgreSQL refuses to run as root. It ends with who started it, whatever ends that."""
    user = ('--reuid=postgres', '--regid=postgres', '--clear-groups') if os.getuid() == 0 else ()
    return ('setpriv', '--pdeathsig=INT', *user, *command)


class Postgres:
    def __init__(self, name, folder):
        self.folder = os.path.join(folder, name)
        self.data = os.path.join(self.folder, 'data')
        self.process = None
        self.settings = []
        self.stopped = []  # processes
        os.makedirs(self.folder, 0o755, exist_ok=True)
        if os.getuid() == 0:
            shutil.chown(self.folder, 'postgres')

    def run(self, program, *arguments):
        done = subprocess.run(as_postgres(os.path.join(BIN, program), *arguments), text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60,
                              check=False, env={**os.environ, 'HOME': self.folder})
        if done.returncode != 0:
            raise AssertionError(f'{program}: {done.stdout}')

    def make(self):
        self.run('initdb', '-D', self.data, '-U', 'test', '-A', 'trust', '-E', 'UTF8',
                 '--locale=C', '--no-sync', '--no-instructions')

    def copy_of(self, primary):
        """A standby that streams from @primary as soon as it is started."""
        if os.path.exists(self.data):
            os.rename(self.data, f'{self.data}-before')  # what it holds is looked through at the end
        self.run('pg_basebackup', '-D', self.data, '-h', primary.folder, '-U', 'test', '-R',
                 '--checkpoint=fast', '--no-sync')

    def start(self, *settings):
        self.settings = settings or self.settings
        command = [os.path.join(BIN, 'postgres'), '-D', self.data, '-k', self.folder]
        for setting in ('listen_addresses=', 'max_connections=60', 'shared_buffers=32MB',
                        'hot_standby=on', *self.settings):
            command += ['-c', setting]
        with open(os.path.join(self.folder, 'log'), 'ab') as log:
            self.process = subprocess.Popen(as_postgres(*command), stdout=log, stderr=log)
        deadline = time.monotonic() + PATIENCE
        while subprocess.run([os.path.join(BIN, 'pg_isready'), '-q', '-h', self.folder],
                             check=False).returncode != 0:
            if time.monotonic() > deadline or self.process.poll() is not None:
                with open(os.path.join(self.folder, 'log'), encoding='utf-8') as log:
                    raise AssertionError(f'PostgreSQL did not start: {log.read()[-2000:]}')
            time.sleep(0.05)

    def crash(self):
        """As if the power had gone: no checkpoint, connections broken off."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(PATIENCE)

    def hang(self):
        """Connections stay, also new ones are taken, and nothing is answered, until resume()."""
        with open(f'/proc/{self.process.pid}/task/{self.process.pid}/children', encoding='ascii') as children:
            self.stopped = [self.process.pid]
            os.kill(self.process.pid, signal.SIGSTOP)  # there come no more
            self.stopped += [int(child) for child in children.read().split()]
        for process in self.stopped[1:]:
            os.kill(process, signal.SIGSTOP)

    def resume(self):
        for process in self.stopped[::-1]:
            os.kill(process, signal.SIGCONT)
        self.stopped = []

    def kill(self):
        """Also while it hangs. What it started ends with it."""
        self.process.kill()
        for process in self.stopped[1:]:
            os.kill(process, signal.SIGKILL)
        self.stopped = []
        self.process.wait(PATIENCE)

    def promote(self):
        self.run('pg_ctl', 'promote', '-D', self.data, '-w')

    def sql(self, statement):
        done = subprocess.run([os.path.join(BIN, 'psql'), '-Atqh', self.folder, '-U', 'test',
                               'postgres', '-c', statement], text=True, check=True,
                              stdout=subprocess.PIPE, timeout=PATIENCE)
        return done.stdout.strip()

    def session(self):
        """One that takes statements on its standard input. Given up, so is its transaction."""
        return subprocess.Popen([os.path.join(BIN, 'psql'), '-Atqh', self.folder, '-U', 'test', 'postgres'],
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def wait_for_waiting(self):
        """Until commits wait for a standby: the server takes up its settings some time after it was told to."""
        deadline = time.monotonic() + PATIENCE
        here = "FROM pg_stat_activity WHERE application_name = 'waits' AND wait_event = 'SyncRep'"
        while True:
            with subprocess.Popen([os.path.join(BIN, 'psql'), '-Atq',
                                   f'host={self.folder} user=test dbname=postgres application_name=waits',
                                   '-c', "SELECT pg_logical_emit_message(true, 'test', '')"],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as commit:
                waited = False
                while commit.poll() is None:
                    # It is written at this server all the same.
                    waited = self.sql(f'SELECT count(pg_cancel_backend(pid)) {here}') != '0' or waited
                    if time.monotonic() > deadline:
                        commit.kill()
                        raise AssertionError('no commit waits for a standby')
                    time.sleep(0.02)
            if waited:
                return

    def said(self, words):
        """How often it said so."""
        with open(os.path.join(self.folder, 'log'), encoding='utf-8') as log:
            return log.read().count(words)

    def end_sessions(self):
        """Those of the nodes, which connect anew."""
        self.sql('SELECT pg_terminate_backend(pid) FROM pg_stat_activity '
                 "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()")

    def stop(self):
        self.resume()
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(PATIENCE)


class Cluster:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix='sparkbox-nodes-')
        os.chmod(self.folder, 0o755)
        self.primary = Postgres('a', self.folder)
        self.standby = None

    def start(self):
        self.primary.make()
        self.primary.start('fsync=off')

    def add_standby(self):
        """From here on nothing is acknowledged that the standby does not have."""
        other = 'a' if self.primary.folder.endswith('b') else 'b'
        self.standby = Postgres(other, self.folder)
        self.standby.copy_of(self.primary)
        self.standby.start('fsync=off')
        self.primary.sql("ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.primary.sql('SELECT pg_reload_conf()')
        deadline = time.monotonic() + PATIENCE
        while self.primary.sql("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'"
                               ) != '1':
            if time.monotonic() > deadline:
                raise AssertionError('the standby does not follow')
            time.sleep(0.05)

    def promote(self):
        """The primary is lost."""
        self.standby.promote()
        self.primary, self.standby = self.standby, None

    def close(self):
        for server in (self.standby, self.primary):
            if server is not None:
                server.stop()
        shutil.rmtree(self.folder)
