import {describe, expect, test} from 'vitest';
import {type ChildOrder, launchChild, typeScriptFlags} from '../../../source/engines/micro/launch.ts';

const entry = new URL('fixture-child.ts', import.meta.url);

const run = async (act: string, more: Partial<ChildOrder> = {}) => {
	const heard: unknown[] = [];
	const {ended, pid} = launchChild({
		entry,
		execArgv: [...typeScriptFlags(), '--expose-gc'],
		order: {act},
		hear: (message) => heard.push(message),
		...more,
	});
	return {ending: await ended, heard, pid};
};

const isRunning = (pid: number): boolean => {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
};

describe('a child process', () => {
	test('hears its order, has its flags, environment and folder, and is heard as it speaks', async () => {
		const {ending, heard} = await run('echo', {environment: {MICRO_WORD: 'yes'}, cwd: '/'});
		expect(ending).toEqual({kind: 'ended'});
		expect(heard).toEqual([
			{order: {act: 'echo'}, argv: expect.arrayContaining(['--expose-gc']), word: 'yes', cwd: '/', nothing: Number.NaN},
		]);
	});

	test('that crashes is told with its last words, made visible', async () => {
		expect((await run('crash')).ending).toEqual({
			kind: 'crashed',
			how: 'exit 3',
			lastWords: ['first', '␛[31mlast words'],
		});
	});

	test('that hears nothing any more is killed, and what it started with it', async () => {
		const stop = new AbortController();
		let inner: number | undefined;
		const {ending, pid} = await run('spin', {
			signal: stop.signal,
			hear(message) {
				if (typeof message === 'object' && message !== null && 'inner' in message) inner = Number(message.inner);
				stop.abort();
			},
		});
		expect(ending).toEqual({kind: 'stopped'});
		expect(pid !== undefined && isRunning(pid)).toBe(false);
		expect(inner).toBeGreaterThan(0);
		// A process that was killed is there until its new parent has heard of it.
		await expect.poll(() => isRunning(inner!), {timeout: 5000}).toBe(false);
	});

	test('is not started when it was told to stop before', async () => {
		const {ending, pid} = await run('echo', {signal: AbortSignal.abort()});
		expect([ending, pid]).toEqual([{kind: 'stopped'}, undefined]);
	});

	test('that cannot be started is told so', async () => {
		expect((await run('echo', {cwd: '/nowhere/at/all'})).ending).toMatchObject({kind: 'crashed', how: 'ENOENT'});
	});
});
