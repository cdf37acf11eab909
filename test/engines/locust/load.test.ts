import {expect, test} from 'vitest';
import {quantile} from '../../../source/core/histogram.ts';
import {coveredIn, endedIn} from '../../../source/core/snapshot.ts';
import {measureLocust} from '../../helpers/locust-load.ts';
import {rejectionOf} from '../../helpers/rejection.ts';
import {httpTarget} from '../../helpers/target.ts';
import {describeWith} from '../../helpers/tools.ts';

const users = `
from locust import FastHttpUser, HttpUser, constant, tag, task

class Slow(HttpUser):
    wait_time = constant(0.02)
    @task
    def five(self):
        self.client.get("/five")

class Fast(FastHttpUser):
    wait_time = constant(0.02)
    @tag("quick")
    @task
    def fast(self):
        self.client.get("/fast?id=1", name="/fast")
`;

const delayed = () =>
	httpTarget((request, response) => {
		if (request.url === '/five') setTimeout(() => response.end('five!'), 5);
		else if (request.url === '/missing') response.writeHead(404).end();
		else if (request.url === '/drop') request.socket.destroy();
		else if (request.url !== '/hang') response.end('fast');
	});

const busy = ['generator-delayed', 'generator-saturated'];

describeWith('locust', () => {
	test('tells every request exactly: as many as the target saw, none of 0, none faster than it was', async () => {
		const target = await delayed();
		try {
			const {total, warmup, kinds, findings} = await measureLocust(users, {users: 4, spawnRate: 8, host: target.url});
			expect(kinds.filter((kind) => !busy.includes(kind))).toEqual([]);
			const {latency: five} = total.parts!['GET /five']!;
			const {latency: fast} = total.parts!['GET /fast']!;
			expect(five.minimum).toBeGreaterThanOrEqual(4900);
			expect(quantile(five, 0.5)).toBeGreaterThanOrEqual(5000);
			expect(fast.minimum).toBeGreaterThan(50);
			// In whole milliseconds, of which two digits are kept, as Locust itself has them, this could not be.
			expect(fast.minimum % 1000).not.toBe(0);
			expect(quantile(fast, 0.5)).toBeLessThan(quantile(five, 0.5)!);
			expect(total.outcomes).toEqual({'200': endedIn(total)});
			expect(total.bytesIn).toBe(5 * five.count + 4 * fast.count);
			const figures = findings.find(({kind}) => kind === 'reconciled')?.figures;
			expect(figures?.requests).toBe(Number(figures?.measured) + Number(figures?.warmup) + Number(figures?.late));
			expect(figures?.measured).toBe(endedIn(total));
			// What is under way at the end is told, but belongs to no phase once that is over.
			const told = endedIn(total) + endedIn(warmup!) + total.waiting.count;
			expect(target.requests() - told).toBeGreaterThanOrEqual(0);
			const [said] = findings.filter(({kind}) => kind === 'worker');
			expect(target.requests() - Number(said?.figures.requests)).toBeGreaterThanOrEqual(0);
			expect(target.requests() - Number(said?.figures.requests)).toBeLessThanOrEqual(8);
			expect(Math.round(coveredIn(total) / 100)).toBe(20);
		} finally {
			await target.close();
		}
	});

	test('knows what failed and how, and what was never answered', async () => {
		const target = await delayed();
		const file = `
from locust import FastHttpUser, HttpUser, SequentialTaskSet, constant, task

class Ways(SequentialTaskSet):
    @task
    def missing(self):
        self.client.get("/missing")
    @task
    def drop(self):
        self.client.get("/drop")
    @task
    def refused(self):
        self.client.get("http://127.0.0.1:1/", name="refused")
    @task
    def wrong(self):
        with self.client.get("/fast", name="wrong", catch_response=True) as response:
            response.failure("price=0 \\x1b[31m")
    @task
    def right(self):
        with self.client.get("/missing", name="right", catch_response=True) as response:
            response.success()
    @task
    def broken(self):
        raise ValueError("of the file itself")

class Slow(HttpUser):
    wait_time = constant(0.02)
    tasks = [Ways]

class Fast(FastHttpUser):
    wait_time = constant(0.02)
    tasks = [Ways]

class Stuck(FastHttpUser):
    @task
    def hang(self):
        self.client.get("/hang")
`;
		try {
			const {total, doubts} = await measureLocust(file, {users: 6, spawnRate: 12, host: target.url});
			const outcomesOf = (name: string) => Object.keys(total.parts?.[name]?.outcomes ?? {});
			expect(outcomesOf('GET /missing')).toEqual(['404']);
			expect(outcomesOf('GET refused')).toEqual(['ECONNREFUSED']);
			expect(outcomesOf('GET wrong')).toEqual(['check price=0 ␛[31m']);
			expect(outcomesOf('GET right')).toEqual(['404 accepted']);
			expect(outcomesOf('GET /drop')).toEqual(['closed before response']);
			expect(Object.keys(total.failures).sort()).toEqual(
				['404', 'ECONNREFUSED', 'check price=0 ␛[31m', 'closed before response'].sort(),
			);
			// Two users wait since the warm-up: Locust itself has no word on them.
			expect(total.parts!['GET /hang']!.waiting.count).toBe(2);
			expect(total.parts!['GET /hang']!.waiting.minimum).toBeGreaterThan(1_900_000);
			expect(total.parts!['GET refused']!.latency.count).toBe(0);
			expect(doubts.find(({kind}) => kind === 'user-errors')?.message).toContain('ValueError: of the file itself');
			expect(doubts.map(({kind}) => kind)).not.toContain('tool-disagrees');
		} finally {
			await target.close();
		}
	});

	test('takes classes, tags, hosts from the environment, and options that the file defines', async () => {
		const target = await delayed();
		const file = `${users}
from locust import events

@events.init_command_line_parser.add_listener
def _(parser):
    parser.add_argument("--tenant")

class Tenant(FastHttpUser):
    @tag("quick")
    @task
    def ask(self):
        self.client.get("/fast", name=self.environment.parsed_options.tenant)
        import time
        time.sleep(0.05)
`;
		try {
			const {total} = await measureLocust(
				file,
				{users: 3, spawnRate: 9, classes: ['Tenant', 'Fast'], includeTags: 'quick', arguments: ['--tenant', 'acme']},
				{environment: {LOCUST_HOST: target.url.slice(0, -1)}},
			);
			expect(Object.keys(total.parts ?? {}).sort()).toEqual(['GET /fast', 'GET acme']);
		} finally {
			await target.close();
		}
	});

	test('takes whatever clients of other protocols tell, and bounds what is told apart', async () => {
		const file = `
import itertools
from locust import User, constant, task

number = itertools.count()

class Other(User):
    wait_time = constant(0.05)
    @task
    def ask(self):
        def tell(name, time, **more):
            self.environment.events.request.fire(
                request_type="grpc", name=name, response_time=time, **{"response_length": 0, "context": {}, **more}
            )
        tell("exact", 12.3456)
        tell("untimed", None)
        tell("odd", 1, response_length=None, start_time="now")
        tell("L" * 300, 1)
        tell("L" * 301, 1)
        for _ in range(100):
            tell("one of many", 1, exception=RuntimeError(f"number {next(number)}"))
            tell(f"number {next(number)}", 1)
`;
		const {total, notices, kinds} = await measureLocust(file, {users: 1, spawnRate: 2});
		expect(kinds.filter((kind) => !busy.includes(kind))).toEqual([]);
		const {exact, untimed, odd} = Object.fromEntries(
			Object.entries(total.parts ?? {}).map(([name, part]) => [name.replace('grpc ', ''), part]),
		);
		expect([exact?.latency.minimum, exact?.latency.maximum]).toEqual([12_346, 12_346]);
		expect([untimed?.latency.count, (untimed?.offered ?? 0) > 0, (odd?.latency.count ?? 0) > 0]).toEqual([
			0,
			true,
			true,
		]);
		expect(Object.keys(total.parts ?? {}).length).toBeLessThanOrEqual(201);
		expect(Object.keys(total.outcomes).length).toBeLessThanOrEqual(62);
		expect(total.failures['RuntimeError: (other messages)']).toBeGreaterThan(0);
		expect(notices.filter((text) => text.includes('too many names')).length).toBe(1);
	});

	test('shares the load among workers, of which each is told apart', async () => {
		const target = await delayed();
		try {
			const {total, warmup, kinds, findings} = await measureLocust(users, {
				users: 4,
				spawnRate: 8,
				host: target.url,
				processes: 2,
			});
			expect(kinds.filter((kind) => !busy.includes(kind))).toEqual([]);
			const workers = findings.filter(({kind}) => kind === 'worker');
			expect(workers.map(({subject}) => subject).sort()).toEqual(['worker 1', 'worker 2']);
			const told = workers.reduce((sum, {figures}) => sum + Number(figures.requests), 0);
			expect(told).toBeGreaterThanOrEqual(endedIn(total) + endedIn(warmup!));
			expect(target.requests() - told).toBeGreaterThanOrEqual(0);
			expect(target.requests() - told).toBeLessThanOrEqual(8);
			expect(total.gauges['tool.workers']?.last).toBe(2);
			expect(total.gauges['tool.users']?.maximum).toBe(4);
		} finally {
			await target.close();
		}
	});

	test('lets users finish in the time they are given; what they begin in it counts no longer', async () => {
		const target = await delayed();
		const file = `
from locust import HttpUser, task

class Patient(HttpUser):
    @task
    def wait(self):
        self.client.get("/five", name="first")
        try:
            self.client.get("/hang", name="hang", timeout=1)
        except Exception:
            pass
        self.client.get("/five", name="last")
`;
		try {
			const {total, kinds} = await measureLocust(
				file,
				{users: 1, host: target.url, stopTimeout: '4s'},
				{limits: {warmup: 0, duration: 500}},
			);
			expect(kinds.filter((kind) => !busy.includes(kind))).toEqual([]);
			// It began in time and ended a good while later.
			expect(total.parts!['GET hang']!.outcomes).toEqual({timeout: 1});
			expect(total.parts!['GET last']).toBeUndefined();
			expect(coveredIn(total)).toBeLessThan(600);
		} finally {
			await target.close();
		}
	});

	test('lets a shape say how many users there are, and when it is over', async () => {
		const target = await delayed();
		const file = `${users}
from locust import LoadTestShape

class Short(LoadTestShape):
    def tick(self):
        return None if self.get_run_time() > 2 else (2, 2)
`;
		try {
			const {total, kinds} = await measureLocust(
				file,
				{shape: true, host: target.url, classes: 'Fast'},
				{limits: {warmup: 0}},
			);
			expect(kinds.filter((kind) => !busy.includes(kind))).toEqual([]);
			expect(coveredIn(total)).toBeGreaterThan(1500);
			const error = await rejectionOf(measureLocust(file, {users: 2, host: target.url}));
			expect(error).toMatchObject({message: expect.stringContaining('LoadTestShape Short'), exitCode: 4});
		} finally {
			await target.close();
		}
	});

	test('says that it ended itself, and what its own check said', async () => {
		const target = await delayed();
		const file = `${users}
import gevent
from locust import events

@events.test_start.add_listener
def _(environment, **kwargs):
    environment.process_exit_code = 7
    gevent.spawn_later(2, environment.runner.quit)
`;
		try {
			const {findings, kinds} = await measureLocust(
				file,
				{users: 2, spawnRate: 4, host: target.url},
				{limits: {warmup: 500, duration: 60_000}},
			);
			expect(kinds).toContain('ended-early');
			expect(findings.find(({kind}) => kind === 'exit-code')?.figures).toEqual({exitCode: 7});
		} finally {
			await target.close();
		}
	});

	test.each([
		['a name that is not known', 'from locust import HttpUser\n\nprint(nothing)\n', 'locustfile.py:3: NameError: name'],
		['what is no Python', 'from locust import HttpUser\nclass A(HttpUser)\n', 'locustfile.py:2: SyntaxError:'],
		['no users', 'import os\n', 'No User class found!'],
		['no host', users, 'You must specify the base host'],
	])('says why it could not begin: %s', async (_, file, words) => {
		const error = await rejectionOf(measureLocust(file, {users: 1}));
		expect(error).toMatchObject({message: expect.stringContaining(words), exitCode: 4});
		expect(error.hint).not.toContain('site-packages');
	});

	test('measures no ramp unless it was asked to, and then says so', async () => {
		const target = await delayed();
		try {
			const {warmup, kinds} = await measureLocust(
				users,
				{users: 3, spawnRate: 1.5, host: target.url},
				{limits: {warmup: 2000, duration: 500}},
			);
			expect(kinds).not.toContain('ramp');
			expect(endedIn(warmup!)).toBeGreaterThan(0);
			const ramp = await measureLocust(
				users,
				{users: 3, spawnRate: 1, host: target.url},
				{limits: {warmup: 0, duration: 1000}},
			);
			expect(ramp.kinds).toContain('ramp');
		} finally {
			await target.close();
		}
	});
});
