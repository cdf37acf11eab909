import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {readFileSync} from 'node:fs';
import {expect, onTestFinished, test} from 'vitest';
import {isAlive} from '../source/operating-system.ts';
import {until} from './helpers/cli.ts';

test.runIf(process.platform === 'linux')('a process that has ended and is not waited for does not live', async () => {
	// The shell becomes a program that knows nothing of the child it has.
	const parent = spawn('/bin/sh', ['-c', 'sleep 0.2 & echo $!; exec sleep 60'], {stdio: ['ignore', 'pipe', 'ignore']});
	onTestFinished(() => void parent.kill('SIGKILL'));
	const [told]: unknown[] = await once(parent.stdout, 'data');
	const pid = Number(String(told));
	await until(() => / Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1')) || undefined);
	expect(isAlive(pid)).toBe(false);
	expect(isAlive(parent.pid ?? 0)).toBe(true);
});
