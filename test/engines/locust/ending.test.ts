import {readdirSync, readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {endedIn} from '../../../source/core/snapshot.ts';
import {measureLocust} from '../../helpers/locust-load.ts';
import {rejectionOf} from '../../helpers/rejection.ts';
import {httpTarget} from '../../helpers/target.ts';
import {describeWith} from '../../helpers/tools.ts';

const users = `
from locust import FastHttpUser, constant, task

class Some(FastHttpUser):
    wait_time = constant(0.02)
    @task
    def ask(self):
        self.client.get("/")
`;

/** Processes of Locust's that were started for this target. */
const processesOf = (host: string, role?: string): readonly number[] =>
	readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name))
		.filter((name) => {
			try {
				const variables = readFileSync(`/proc/${name}/environ`, 'latin1').split('\0');
				return (
					variables.includes(`LOCUST_HOST=${host}`) &&
					(role === undefined || variables.includes(`BENCHTOP_LOCUST_ROLE=${role}`))
				);
			} catch {
				return false;
			}
		})
		.map(Number);

const target = async () => {
	const opened = await httpTarget((_, response) => response.end('hello'));
	return {...opened, host: opened.url.slice(0, -1)};
};

describeWith('locust', () => {
	test.each([0, 2])(
		'stops when told, with %j workers: nothing is left, and what was measured counts',
		async (processes) => {
			const {host, close} = await target();
			try {
				const stop = new AbortController();
				let told = 0;
				const {total, doubts} = await measureLocust(
					users,
					{users: 4, spawnRate: 8, host, processes},
					{
						limits: {warmup: 500, duration: 600_000},
						signal: stop.signal,
						on: (message) => {
							if (message.kind !== 'snapshot' || message.phase !== 'measure' || stop.signal.aborted) return;
							told += endedIn(message.snapshot);
							if (told > 50) stop.abort();
						},
					},
				);
				expect(endedIn(total)).toBeGreaterThan(50);
				expect(processesOf(host)).toEqual([]);
				expect(doubts.map(({kind}) => kind)).not.toContain('tool-disagrees');
			} finally {
				await close();
			}
		},
	);

	test('a worker that dies is a doubt', async () => {
		const {host, close} = await target();
		try {
			let isKilled = false;
			const {kinds, notices, findings} = await measureLocust(
				users,
				{users: 4, spawnRate: 8, host, processes: 2},
				{
					limits: {warmup: 500, duration: 1500},
					on: (message) => {
						if (message.kind !== 'snapshot' || message.phase !== 'measure' || isKilled) return;
						const [worker] = processesOf(host, 'worker');
						if (worker === undefined) return;
						isKilled = true;
						process.kill(worker, 'SIGKILL');
					},
				},
			);
			expect(kinds).toContain('lost-worker');
			expect(notices.join()).toMatch(/Lost: worker \d/);
			const texts = findings.filter(({kind}) => kind === 'worker').map(({text}) => text);
			expect(texts.filter((text) => text.includes('lost'))).toHaveLength(1);
		} finally {
			await close();
		}
	});

	test('without any worker left a run is over', async () => {
		const {host, close} = await target();
		try {
			let isKilled = false;
			const {kinds} = await measureLocust(
				users,
				{users: 2, spawnRate: 8, host, master: '[::1]:0', processes: 1},
				{
					limits: {warmup: 300, duration: 600_000},
					on: (message) => {
						if (message.kind !== 'snapshot' || message.phase !== 'measure' || isKilled) return;
						isKilled = true;
						for (const worker of processesOf(host, 'worker')) process.kill(worker, 'SIGKILL');
					},
				},
			);
			expect(kinds).toEqual(expect.arrayContaining(['lost-worker', 'ended-early']));
			expect(processesOf(host)).toEqual([]);
		} finally {
			await close();
		}
	});

	test('workers that do not come are waited for no longer than that', async () => {
		const {host, close} = await target();
		try {
			const given = {users: 1, host, master: '127.0.0.1:0', expectWorkersMaxWait: '200ms'};
			const error = await rejectionOf(measureLocust(users, given));
			expect(error).toMatchObject({message: '1 of 1 workers did not join within 200ms.', exitCode: 4});
			expect(error.hint).toContain('locust -f - --worker --master-host 127.0.0.1 --master-port ');
			expect(processesOf(host)).toEqual([]);
		} finally {
			await close();
		}
	});

	test('what its configuration asks for behind benchtop’s back is told, or refused', async () => {
		const {host, close} = await target();
		try {
			const {notices, total} = await measureLocust(
				users,
				{users: 1, spawnRate: 2, host},
				{environment: {LOCUST_RUN_TIME: '1s', LOCUST_RESET_STATS: 'true'}, limits: {warmup: 500, duration: 1500}},
			);
			expect(notices.join()).toContain("Locust's own configuration asks for 1 s");
			expect(notices.join()).toContain("Locust's own configuration asks for reset-stats");
			expect(endedIn(total)).toBeGreaterThan(0);
			const options = {environment: {LOCUST_MODE_MASTER: 'true'}};
			const error = await rejectionOf(measureLocust(users, {users: 1, host}, options));
			expect(error.message).toBe("Locust's own configuration made a process the master of a run.");
		} finally {
			await close();
		}
	});
});
