import {describe, expect, test} from 'vitest';
import {coveredIn, failedIn, inFlightIn} from '../../../source/core/snapshot.ts';
import {rejectionOf} from '../../helpers/rejection.ts';
import {httpTarget} from '../../helpers/target.ts';
import {describeWith} from '../../helpers/tools.ts';
import {drive, engineOf, type Name, names, planFor} from './drive.ts';

/** Of a target that answers every fourth request with 503. */
const statuses: Partial<Record<Name, readonly string[]>> = {
	wrk: ['2xx or 3xx', '4xx or 5xx'],
	ab: ['2xx', 'not 2xx'],
	bombardier: ['2xx', '5xx'],
};

/** What each calls a connection that is closed in place of a reply. */
const hangUps: Record<Name, string> = {
	vegeta: 'closed before response',
	oha: 'closed before response',
	wrk: 'closed before response',
	hey: 'closed before response',
	ab: 'empty or no reply',
	h2load: '200',
	// It sends again.
	bombardier: '2xx',
};

const check = (name: Name): void =>
	describeWith(name, () => {
		describe(`what becomes of requests by ${name}`, () => {
			test('is told by status, as far as it tells', async () => {
				const target = await httpTarget((_, response) => {
					response.statusCode = target.requests() % 4 === 0 ? 503 : 200;
					setTimeout(() => response.end('hello'), 3);
				});
				try {
					const {total, ended} = await drive(name, planFor(target.url), {warmup: 0, duration: 1000});
					expect(failedIn(total) / ended).toBeCloseTo(0.25, 1);
					expect(inFlightIn(total)).toBe(0);
					expect(Object.keys(total.outcomes).sort()).toEqual(statuses[name] ?? ['200', '503']);
				} finally {
					await target.close();
				}
			});

			test('is named where the target hangs up', async () => {
				const target = await httpTarget((request, response) => {
					request.resume();
					if (target.requests() % 10 === 0) request.socket.destroy();
					else setTimeout(() => response.end('hello'), 3);
				});
				try {
					const plan = planFor(target.url, {method: 'POST', bodyBase64: Buffer.from('x').toString('base64')});
					const {total, doubts} = await drive(name, plan, {warmup: 0, duration: 1000});
					expect(total.outcomes[hangUps[name]], JSON.stringify(total.outcomes)).toBeGreaterThan(0);
					expect(failedIn(total) > 0).toBe(!['h2load', 'bombardier'].includes(name));
					expect(doubts.has('fell-silent')).toBe(name === 'h2load');
					expect(doubts.has('counts-differ')).toBe(false);
					if (name === 'bombardier') expect(target.requests()).toBeGreaterThan(total.offered);
					else expect(Math.abs(target.requests() - total.offered)).toBeLessThanOrEqual(4);
				} finally {
					await target.close();
				}
			});

			test('counts as timed out after the timeout, and where that leaves latencies out, it is said', async () => {
				const target = await httpTarget((_, response) => {
					setTimeout(() => response.end('hello'), target.requests() % 10 === 0 ? 1400 : 3);
				});
				try {
					const driving = drive(name, planFor(target.url, {timeout: 1000}), {warmup: 0, duration: 3000});
					if (name === 'ab') {
						// All its connections wait, and it gives up.
						expect(await rejectionOf(driving)).toMatchObject({exitCode: 4, hint: expect.stringContaining('timeout')});
						return;
					}

					const {total, doubts, latency} = await driving;
					if (name !== 'bombardier') expect(total.outcomes.timeout).toBeGreaterThan(0);
					const isTimed = ['vegeta', 'h2load', 'bombardier'].includes(name);
					expect(doubts.has('timeouts-left-out')).toBe(!isTimed);
					expect((latency.max ?? 0) >= 990).toBe(isTimed);
				} finally {
					await target.close();
				}
			});
		});
	});

for (const name of names) check(name);

describeWith('ab', () => {
	describe('requests by ab', () => {
		test('that all end in a hang-up have all failed, and no latency', async () => {
			const target = await httpTarget((request) => void request.socket.destroy());
			try {
				const {total, latency} = await drive('ab', planFor(target.url), {warmup: 0, amount: 100});
				expect([total.outcomes, failedIn(total), latency.p50]).toEqual([{'closed before response': 100}, 100, null]);
			} finally {
				await target.close();
			}
		});

		test('whose first one got no reply have succeeded where one came', async () => {
			const target = await httpTarget((request, response) => {
				if (target.requests() % 4 === 1) request.socket.destroy();
				else response.end('hello');
			});
			try {
				const {total} = await drive('ab', planFor(target.url, {connections: 1}), {warmup: 0, amount: 100});
				expect(total.outcomes).toEqual({'2xx': 75, 'empty or no reply': 25});
			} finally {
				await target.close();
			}
		});

		test('with bodies of several lengths have succeeded, and it is said', async () => {
			const target = await httpTarget((_, response) => {
				response.end(target.requests() % 4 === 0 ? 'hello' : 'hello, world');
			});
			try {
				const {total, doubts} = await drive('ab', planFor(target.url, {connections: 1}), {warmup: 0, amount: 100});
				expect(total.outcomes).toEqual({'2xx': 75, 'other length': 25});
				expect([failedIn(total), doubts.has('lengths-differ')]).toEqual([0, true]);
			} finally {
				await target.close();
			}
		});

		test('that broke off have covered the time that they took, and no more', async () => {
			const target = await httpTarget(() => {});
			const covered: number[] = [];
			try {
				const driving = drive(
					'ab',
					planFor(target.url, {timeout: 1000}),
					{warmup: 0, duration: 1000},
					undefined,
					(message) => {
						if (message.kind === 'snapshot' && message.phase === 'measure') covered.push(coveredIn(message.snapshot));
					},
				);
				expect(await rejectionOf(driving)).toMatchObject({exitCode: 4});
				const sum = covered.reduce((all, each) => all + each, 0);
				expect(sum).toBeGreaterThan(-100);
			} finally {
				await target.close();
			}
		});
	});
});

describeWith('oha', () => {
	test('that figures come at the end is said in a line, and last, so that it stands where there is nothing else', async () => {
		const target = await httpTarget((_, response) => void response.end('hello'));
		const told: string[] = [];
		try {
			await drive('oha', planFor(target.url), {warmup: 100, duration: 300}, undefined, (message) => {
				if (message.kind === 'phase') told.push(message.phase);
				if (message.kind === 'notice') told.push(message.text);
			});
			expect(told).toEqual(['warm-up', 'measure', 'oha tells its figures at its end, after 300ms.']);
		} finally {
			await target.close();
		}
	});

	test('requests in flight whose wait oha does not tell make no latency', async () => {
		const target = await httpTarget(() => {});
		try {
			const {total, latency} = await drive('oha', planFor(target.url), {warmup: 0, duration: 300});
			expect([inFlightIn(total) > 0 || total.waiting.count > 0, latency.p50, latency.p99, latency.max]).toEqual([
				true,
				null,
				null,
				null,
			]);
		} finally {
			await target.close();
		}
	});
});

describe('who can read the credentials of a URL', () => {
	test.each(names)('is said by %s, where they stand on its command line', (name) => {
		const limits = engineOf(name).accept(planFor('http://ann:geheim@localhost:1/')).limits().join(' ');
		expect(limits.includes('the credentials of the URL')).toBe(!['wrk', 'vegeta'].includes(name));
		expect(limits).not.toContain('geheim');
	});
});

describe('a plan', () => {
	const body = {bodyBase64: Buffer.from('x').toString('base64')};
	test.each<readonly [Name, Parameters<typeof planFor>[1], string]>([
		['wrk', {rate: 100}, 'keeps no rate'],
		['ab', {rate: 100}, 'keeps no rate'],
		['wrk', {pipelining: 2}, 'one request in flight'],
		['hey', {pipelining: 2}, 'one request in flight'],
		['oha', {pipelining: 2}, 'one request in flight'],
		['vegeta', {pipelining: 2}, 'one request in flight'],
		['h2load', {pipelining: 2, method: 'POST', ...body}, 'pipelines no requests with a body'],
		['wrk', {method: 'HEAD'}, 'cannot measure HEAD'],
		['h2load', {method: 'PUT', ...body}, 'cannot measure PUT'],
		['h2load', {method: 'POST'}, 'no POST without a body'],
		['ab', {method: 'PATCH', ...body}, 'by POST and PUT alone'],
		['wrk', {timeout: 1500}, 'whole seconds'],
		['hey', {timeout: 500}, 'whole seconds'],
		['ab', {threads: 2}, 'has one thread'],
		['wrk', {threads: 3}, 'cannot be divided'],
		['oha', {threads: 5}, 'cannot share'],
	])('that %s cannot do is refused: %j', (name, more, why) => {
		expect(() => engineOf(name).accept(planFor('http://localhost:1/', more))).toThrow(why);
	});

	test.each<readonly [Name, {workers: number; amount?: number}, string]>([
		['wrk', {workers: 1, amount: 100}, 'cannot be told an amount'],
		['vegeta', {workers: 1, amount: 100}, 'cannot be told an amount'],
		['hey', {workers: 1, amount: 101}, 'cannot be divided'],
		['oha', {workers: 1, amount: 3}, 'less than one'],
		['ab', {workers: 2}, 'has one thread'],
	])('in whose frame %s cannot do it is refused: %j', (name, frame, why) => {
		expect(engineOf(name).accept(planFor('http://localhost:1/')).misfit(frame)).toContain(why);
	});

	test.each<Name>(['oha', 'hey', 'h2load'])('fits its frame where %s can', (name) => {
		expect(engineOf(name).accept(planFor('http://localhost:1/')).misfit({workers: 4, amount: 100})).toBeUndefined();
	});
});
