import {expect, test} from 'vitest';
import {locustEngine} from '../../../source/engines/locust/engine.ts';
import {locustSuite} from '../../../source/engines/locust/suite.ts';
import {folderWith} from '../../helpers/locust-load.ts';
import {rejectionOf} from '../../helpers/rejection.ts';

const loadOf = async (given: Readonly<Record<string, unknown>>) => {
	const folder = await folderWith('');
	return locustSuite.load({locust: 'locustfile.py', ...given}, {folder, environment: {}, name: 'test'});
};

test('the warm-up covers the ramp by default', async () => {
	expect(await loadOf({users: 50, spawnRate: 10})).toMatchObject({warmup: 5000, duration: 10_000});
	expect(await loadOf({})).toMatchObject({warmup: 1000, target: 'locustfile.py'});
	const shape = await loadOf({shape: true});
	expect([shape.warmup, shape.duration]).toEqual([undefined, undefined]);
});

test('a host is a URL without a slash at its end, and a local one is watched', async () => {
	const {load, watchPort, target} = await loadOf({host: 'localhost:3000/'});
	expect([load.host, watchPort, target]).toEqual([
		'http://localhost:3000',
		3000,
		'locustfile.py http://localhost:3000',
	]);
	expect((await loadOf({host: 'https://ann:hunter2@shop.example'})).target).toBe(
		'locustfile.py https://ann:***@shop.example',
	);
});

test('workers of other hosts need an address, and one of them is waited for', async () => {
	expect((await loadOf({master: '0.0.0.0:6000', expectWorkers: 3, expectWorkersMaxWait: '5s'})).load.master).toEqual({
		host: '0.0.0.0',
		port: 6000,
		expect: 3,
		patience: 5000,
	});
	expect((await loadOf({master: '*'})).load.master).toMatchObject({host: '*', port: 5557, expect: 1});
	expect((await loadOf({master: '[::1]:7000', processes: 2})).load.master).toMatchObject({host: '[::1]', expect: 0});
	expect((await loadOf({processes: -1})).load.workers).toBeGreaterThan(0);
});

test.each([
	[{locust: 'other.py'}, 'locust: There is no "other.py".'],
	[{locust: 'https://example.org/x.py'}, 'is a URL'],
	[{expectWorkers: 2}, 'expectWorkers: No worker can join without an address.'],
	[{master: 'a b'}, 'is no HOST:PORT'],
	[{master: 'here:70000'}, 'is no HOST:PORT'],
	[{arguments: ['--run-time=5s']}, 'arguments: --run-time=5s is for benchtop to say.'],
	[{arguments: ['--worker']}, 'arguments: --worker is for benchtop to say.'],
	[{shape: true, users: 4}, 'users: A shape says itself'],
	[{stopTimeout: '1500ms'}, 'stopTimeout: Locust counts whole seconds'],
	[{host: 'http://'}, 'is no URL'],
])('refuses %j', async (given, words) => {
	const error = await rejectionOf(loadOf(given));
	expect(error.message).toContain(words);
	expect(error.exitCode).toBe(2);
});

test('secrets are neither disclosed nor words of a command line', async () => {
	const {load} = await loadOf({
		host: 'http://ann:hunter2pw@localhost:1/?key=geheim-key',
		arguments: ['--api-token', 'geheim-token', '--password=geheim-word', '--tenant', 'acme'],
	});
	const {plan, secrets} = locustEngine.disclose!({...load, environment: {API_KEY: 'geheim-other', LANG: 'C'}});
	expect(secrets).toEqual(
		expect.arrayContaining(['hunter2pw', 'geheim-key', 'geheim-token', 'geheim-word', 'geheim-other']),
	);
	expect(JSON.stringify(plan)).not.toMatch(/hunter2pw|geheim/);
	expect(plan).toMatchObject({arguments: ['--api-token', '***', '--password=***', '--tenant', 'acme']});
});
