import {execFileSync} from 'node:child_process';
import {mkdtempSync, readdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, expect, onTestFinished, test} from 'vitest';
import {coveredIn, endedIn, inFlightIn} from '../../../source/core/snapshot.ts';
import {measureArtillery} from '../../helpers/artillery-load.ts';
import {rejectionOf} from '../../helpers/rejection.ts';
import {httpTarget, type Target} from '../../helpers/target.ts';
import {describeWith} from '../../helpers/tools.ts';

const slow = {timeout: 90_000};

/** Of this file alone, so that what is left in it was left by these tests. */
const temporary = mkdtempSync(join(tmpdir(), 'benchtop-test-'));
process.env.TMPDIR = temporary;
afterAll(() => rmSync(temporary, {recursive: true, force: true}));
const leftovers = (): readonly string[] => readdirSync(temporary).filter((name) => !name.startsWith('script-'));

/** The head of a reply comes after 50 ms under /slow, its end 30 ms later. */
const shop = async (): Promise<Target> => {
	const target = await httpTarget((request, response) => {
		const {url = ''} = request;
		if (url.startsWith('/slow')) {
			setTimeout(() => {
				response.write('{"id":');
				setTimeout(() => response.end('7}'), 30);
			}, 50);
		} else if (url === '/moved') response.writeHead(302, {location: '/fast'}).end();
		else if (url === '/bad') response.writeHead(503).end();
		else if (url === '/cut') {
			response.writeHead(200, {'content-length': 100}).write('some');
			setTimeout(() => request.socket.destroy(), 5);
		} else if (url !== '/never') response.end('hello');
	});
	onTestFinished(target.close);
	return target;
};

const root = ({url}: Target): string => url.replace(/\/$/, '');

const processor = `module.exports = {
	count(request, context, events, next) { events.emit('counter', 'orders', 2); events.emit('histogram', 'depth', 7); next(); },
	async look(request, response, context, events) { events.emit('rate', 'looks'); },
};`;

const everything = `
config:
  processor: ./processor.js
  phases:
    - {name: first, duration: 1, arrivalCount: 10}
    - {name: second, duration: 1, arrivalCount: 5}
  http: {timeout: 1}
  plugins: {ensure: {}, apdex: {}, expect: {outputFormat: silent}}
  apdex: {threshold: 5000}
  ensure:
    thresholds: [{http.response_time.p95: 60000}]
    conditions:
      - {expression: http.response_time.p99 < 1, strict: false}
      - {expression: http.codes.503 == 15 and http.codes.302 == 15}
before: {flow: [{get: {url: /before}}]}
scenarios:
  - name: buy
    beforeRequest: count
    flow:
      - get: {name: wait, url: '/slow/{{ user }}', capture: {json: $.id, as: id}, afterResponse: look}
      - get: {url: '/fast/{{ id }}?token={{ $uuid }}'}
      - get: {url: /moved, expect: {statusCode: 418}}
      - get: {url: /bad}
      - get: {name: nobody, url: 'http://127.0.0.1:1/'}
`;

describeWith('artillery', () => {
	test(
		'each request counts once, by what it is called and how it ended, as Artillery itself counts',
		slow,
		async () => {
			const target = await shop();
			const {total, doubts, finding, text, phases} = await measureArtillery(
				everything,
				{target: root(target), variables: {user: 'ann'}},
				{files: {'processor.js': processor}},
			);
			expect(doubts).toEqual([]);
			expect(phases).toEqual(['measure']);
			expect(total.outcomes).toEqual({200: 30, '200 failed expect statusCode': 15, 302: 15, 503: 15, ECONNREFUSED: 15});
			expect(total.failures).toEqual({'200 failed expect statusCode': 15, 503: 15, ECONNREFUSED: 15});
			// One more is of the script's hook, which Artillery does not count.
			expect(target.requests()).toBe(15 * 5 + 1);
			expect([total.offered, total.latency.count, inFlightIn(total)]).toEqual([90, 75, 0]);
			const parts = Object.entries(total.parts ?? {}).map(([name, {outcomes}]) => [name, outcomes]);
			expect(Object.fromEntries(parts)).toEqual({
				wait: {200: 15},
				'GET /fast/{{ id }}': {200: 15},
				'GET /moved': {302: 15, '200 failed expect statusCode': 15},
				'GET /bad': {503: 15},
				nobody: {ECONNREFUSED: 15},
			});
			const metrics = total.metrics ?? {};
			expect(metrics.depth?.samples).toMatchObject({count: 75, minimum: 7, maximum: 7});
			expect(metrics['to last byte']?.samples.count).toBe(75);
			expect([finding('orders'), finding('looks')]).toEqual([{total: 150}, {total: 15}]);
			expect(finding('virtual users')).toEqual({created: 15, completed: 0, failed: 15, skipped: 0});
			expect(finding('ECONNREFUSED')).toEqual({count: 15});
			expect([finding('apdex'), text('apdex')]).toEqual([{apdex: 1, ranking: 'excellent'}, '1.000, excellent']);
			expect(finding('phase 2 second')?.lengthMilliseconds).toBeGreaterThan(900);
			expect(finding('http.response_time.p95 < 60000')).toMatchObject({comparison: '<', limit: 60_000, passed: 1});
			expect(finding('http.response_time.p99 < 1')).toMatchObject({passed: 0});
			expect(finding('http.codes.503 == 15 and http.codes.302 == 15')).toMatchObject({comparison: '==', passed: 1});
			expect(finding('expect')).toMatchObject({actual: 15, passed: 0});
			expect(leftovers()).toEqual([]);
		},
	);

	test('latency is the time to the head of the reply, and the whole stands beside', slow, async () => {
		const target = await shop();
		const {total, doubts} = await measureArtillery(
			'config: {phases: [{duration: 1, arrivalCount: 20}]}\nscenarios: [{flow: [{get: {url: /slow}}]}]',
			{target: root(target)},
		);
		expect(doubts).toEqual([]);
		// A busy client notices late that all was sent: the head has then been waited for less.
		expect(total.latency.minimum).toBeGreaterThan(25_000);
		const whole = total.metrics?.['to last byte']?.samples ?? {count: 0, sum: 0, minimum: 0};
		expect([whole.count, whole.minimum > 78]).toEqual([20, true]);
		expect(whole.sum - total.latency.sum / 1000).toBeGreaterThan(20 * 28);
		expect([target.requests(), endedIn(total)]).toEqual([20, 20]);
	});

	test('a timeout counts with what was waited, a reply that broke off has no latency', slow, async () => {
		const target = await shop();
		const {total, doubts} = await measureArtillery(
			'config: {phases: [{duration: 1, arrivalCount: 4}], http: {timeout: 0.2}}\n' +
				'scenarios: [{flow: [{parallel: [{get: {url: /cut}}, {get: {url: /never}}]}]}]',
			{target: root(target)},
		);
		expect(doubts).toEqual([]);
		expect(total.outcomes).toEqual({'200 truncated': 4, timeout: 4});
		expect(total.latency.count).toBe(4);
		expect(total.latency.minimum).toBeGreaterThan(190_000);
	});

	test('a rate takes the place of the phases; what began in the warm-up is in no figure', slow, async () => {
		const target = await shop();
		const {total, finding, phases, doubts} = await measureArtillery(
			'config: {phases: [{duration: 3600, arrivalRate: 1}]}\nscenarios: [{flow: [{get: {url: /fast}}, {get: {url: /slow}}]}]',
			{target: root(target), rate: 40},
			{limits: {warmup: 600, duration: 900}},
		);
		expect(doubts).toEqual([]);
		expect(phases).toEqual(['warm-up', 'measure']);
		const {made, measured, warmup, late} = finding('requests') ?? {};
		expect(made).toBe(target.requests());
		expect(Number(measured) + Number(warmup) + Number(late)).toBe(made);
		expect([total.offered, endedIn(total)]).toEqual([measured, measured]);
		expect(warmup).toBeGreaterThan(0);
		expect(coveredIn(total)).toBeGreaterThan(700);
		expect(coveredIn(total)).toBeLessThan(901);
	});

	test('several workers are heard each', slow, async () => {
		const target = await shop();
		const {total, doubts, finding} = await measureArtillery(
			'config: {phases: [{duration: 1, arrivalRate: 30}]}\nscenarios: [{flow: [{get: {url: /fast}}]}]',
			{target: root(target)},
			{
				// Artillery starts one for each core but one.
				files: {'cores.cjs': "const os = require('node:os'); os.cpus = () => Array.from({length: 4}, () => ({}));"},
				environment: {NODE_OPTIONS: '--require ./cores.cjs'},
			},
		);
		expect(doubts).toEqual([]);
		expect([total.offered, finding('requests')?.made]).toEqual([target.requests(), target.requests()]);
		expect(total.offered).toBeGreaterThan(20);
	});

	test('whole sessions can be what is measured', slow, async () => {
		const target = await shop();
		const {total} = await measureArtillery(
			'config: {phases: [{duration: 1, arrivalCount: 8}]}\nscenarios: [{flow: [{get: {url: /slow}}, {get: {url: /slow}}]}]',
			{target: root(target), operations: 'sessions'},
		);
		expect(total.outcomes).toEqual({completed: 8});
		expect(total.latency.minimum).toBeGreaterThan(150_000);
		expect(total.metrics?.['http.response_time']?.samples.count).toBe(16);
		const warmed = await measureArtillery(
			'config: {phases: [{duration: 1, arrivalRate: 1}]}\nscenarios: [{flow: [{get: {url: /slow}}, {get: {url: /slow}}]}]',
			{target: root(target), operations: 'sessions', rate: 20},
			{limits: {warmup: 800, duration: 800}},
		);
		// 32 come in all, half of them in the warm-up.
		expect(warmed.total.offered).toBeGreaterThan(6);
		expect(warmed.total.offered).toBeLessThan(23);
	});

	test('a missing plugin is doubted, and a script that cannot begin is an error with its words', slow, async () => {
		const target = await shop();
		const phases = 'phases: [{duration: 1, arrivalCount: 2}]';
		const flow = 'scenarios: [{flow: [{get: {url: /fast}}]}]';
		const given = {target: root(target)};
		const {doubts} = await measureArtillery(`config: {${phases}, plugins: {nowhere: {}}}\n${flow}`, given);
		expect(doubts).toMatchObject([{kind: 'plugin-missing', message: expect.stringContaining('nowhere')}]);
		expect(await rejectionOf(measureArtillery('config: {phases: [}\n', given))).toMatchObject({
			exitCode: 4,
			message: expect.stringMatching(/^Artillery could not begin: .*line 1/),
		});
		expect(
			await rejectionOf(measureArtillery(`config: {${phases}, processor: ./gone.js}\n${flow}`, given)),
		).toMatchObject({message: expect.stringContaining('gone.js')});
		expect(
			await rejectionOf(measureArtillery(`config: {${phases}}\nscenarios: [{engine: none, flow: [{x: 1}]}]`, given)),
		).toMatchObject({message: expect.stringContaining('unknown engine "none"')});
		expect(
			await rejectionOf(measureArtillery(`config: {${phases}}\nscenarios: [{flow: [{log: hello}]}]`, given)),
		).toMatchObject({hint: expect.stringContaining('--operations')});
		expect(
			await rejectionOf(measureArtillery(`config: {${phases}}\n${flow}`, given, {limits: {warmup: 0, duration: 1000}})),
		).toMatchObject({message: expect.stringMatching(/phases.*--rate/)});
		expect(
			await rejectionOf(measureArtillery(`config: {${phases}}\n${flow}`, given, {limits: {warmup: 60_000}})),
		).toMatchObject({message: expect.stringContaining('longer than the script')});
		expect(leftovers()).toEqual([]);
	});

	test(
		'that is stopped leaves nothing behind, and what was measured counts; no secret stands in the list of processes',
		slow,
		async () => {
			const target = await shop();
			const stop = new AbortController();
			let listed = '';
			const {total, folder, finding} = await measureArtillery(
				'config: {phases: [{duration: 60, arrivalRate: 30}]}\nscenarios: [{flow: [{get: {url: "/slow/{{ apiToken }}"}}]}]',
				{target: root(target), variables: {apiToken: 'geheim-token'}},
				{
					signal: stop.signal,
					on(message) {
						if (message.kind !== 'snapshot' || message.snapshot.offered === 0 || stop.signal.aborted) return;
						listed = execFileSync('ps', ['-eo', 'args'], {encoding: 'utf8'});
						stop.abort();
					},
				},
			);
			expect(listed).toContain(join(folder, 'load.yml'));
			expect(listed).not.toContain('geheim-token');
			expect(execFileSync('ps', ['-eo', 'args'], {encoding: 'utf8'})).not.toContain(join(folder, 'load.yml'));
			expect(leftovers()).toEqual([]);
			expect(endedIn(total)).toBe(finding('requests')?.measured);
			expect(endedIn(total)).toBeGreaterThan(0);
		},
	);
});
