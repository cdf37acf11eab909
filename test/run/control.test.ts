import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import type {RunCommand} from '../../source/core/event.ts';
import {openControl} from '../../source/run/control.ts';
import {followRun} from '../../source/run/follow.ts';
import {machineTime, pressedAt} from '../../source/run/machine-clock.ts';
import {until} from '../helpers/terminal.ts';

test('a mark says when its key was pressed, however late word of it comes through', async () => {
	const folder = mkdtempSync(join(tmpdir(), 'benchtop-control-'));
	onTestFinished(() => rmSync(folder, {recursive: true, force: true}));
	const log = join(folder, 'run.jsonl');
	writeFileSync(log, '');
	const heard: RunCommand[] = [];
	const socket = join(folder, 'run.sock');
	const control = await openControl(
		socket,
		() => log,
		(command) => heard.push(command),
	);
	const started = Promise.withResolvers<{readonly socket: string; readonly pid: number; readonly log: string}>();
	const source = followRun(started.promise);
	const before = machineTime();
	source.send({command: 'mark', text: 'early'});
	source.send({command: 'pause'});
	const after = machineTime();
	// The run is not up yet: word of it has to wait.
	await new Promise((resolve) => setTimeout(resolve, 20));
	started.resolve({socket, pid: process.pid, log});
	const reading = source.events[Symbol.asyncIterator]().next();
	await until(() => heard.length === 2);
	const [mark, pause] = heard;
	const pressed = mark?.command === 'mark' ? (mark.pressed ?? 0) : 0;
	expect(pressed).toBeGreaterThanOrEqual(before);
	expect(pressed).toBeLessThanOrEqual(after);
	expect(pause).toEqual({command: 'pause'});
	control.send(JSON.stringify({kind: 'mark', at: 1, text: 'early'}));
	expect(await reading).toMatchObject({value: {kind: 'mark'}});
	source.close();
	await control.close(1000);
});

test.each([
	['a moment ago', 1000, 900, 4900],
	['with the run', 6000, 500, 0],
	['without a word on when', undefined, 0, 5000],
	['in the future, by another clock', 1000, 1500, 5000],
	['a day ago, by another clock', 86_401_000, 1000, 5000],
] as const)('what was pressed %s', (_, now, pressed, at) => {
	expect(pressedAt(now === undefined ? undefined : pressed, 5000, now ?? 7)).toBe(at);
});
