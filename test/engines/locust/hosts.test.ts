import {type ChildProcess, spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {reportSchema} from '../../../source/export/json-schema.ts';
import {newHome, outcomeOf, startCli} from '../../helpers/cli.ts';
import {describeWith} from '../../helpers/tools.ts';

const ip = (...words: string[]): boolean => spawnSync('ip', words, {stdio: 'ignore'}).status === 0;

/** Whether this user may make networks of his own on this machine. */
const mayMakeNetworks = (): boolean => {
	const name = `bt${process.pid}x`;
	return process.platform === 'linux' && ip('netns', 'add', name) && ip('netns', 'del', name);
};

/** Three networks that stand for hosts: the first one reaches each of the others by a cable of its own. */
const threeHosts = (): readonly [string, string, string] => {
	const [master, north, south] = ['m', 'n', 's'].map((letter) => `bt${process.pid}${letter}`) as [
		string,
		string,
		string,
	];
	onTestFinished(() => {
		for (const name of [master, north, south]) ip('netns', 'del', name);
	});
	const all = [master, north, south].every(
		(name) => ip('netns', 'add', name) && ip('-n', name, 'link', 'set', 'lo', 'up'),
	);
	const cabled = [north, south].every((name, index) => {
		const [here, there] = [`btv${index}`, 'btv'];
		return (
			ip('link', 'add', here, 'netns', master, 'type', 'veth', 'peer', 'name', there, 'netns', name) &&
			ip('-n', master, 'addr', 'add', `10.213.${index}.1/30`, 'dev', here) &&
			ip('-n', name, 'addr', 'add', `10.213.${index}.2/30`, 'dev', there) &&
			ip('-n', master, 'link', 'set', here, 'up') &&
			ip('-n', name, 'link', 'set', there, 'up') &&
			// The target is known by one address alone.
			ip('-n', name, 'route', 'add', 'default', 'via', `10.213.${index}.1`)
		);
	});
	if (!all || !cabled) throw new Error('The networks could not be made.');
	return [master, north, south];
};

const within = (host: string, ...words: string[]): readonly string[] => ['ip', 'netns', 'exec', host, ...words];

/** `folder` is also where it keeps what it is sent. */
const start = (words: readonly string[], folder: string): ChildProcess => {
	const [program = '', ...rest] = words;
	const env = {...process.env, TMPDIR: folder};
	const child = spawn(program, rest, {cwd: folder, env, stdio: ['ignore', 'pipe', 'ignore']});
	onTestFinished(async () => {
		if (child.exitCode !== null || child.signalCode !== null) return;
		child.kill('SIGKILL');
		await once(child, 'exit');
	});
	return child;
};

const server = `
let seen = 0;
require('node:http').createServer((request, response) => {
	if (request.url !== '/seen') seen += 1;
	response.end(request.url === '/seen' ? String(seen) : 'hello');
}).listen(3999, '10.213.0.1', () => console.log('ready'));
`;

const users = `
from locust import FastHttpUser, constant, task

class Some(FastHttpUser):
    wait_time = constant(0.02)
    @task
    def ask(self):
        self.client.get("/")
`;

describeWith('locust', () => {
	const run = mayMakeNetworks() ? test : test.skip;

	run(
		'workers of two other hosts get their files from the master, and all their requests are told (skipped where networks cannot be made)',
		{timeout: 120_000},
		async () => {
			const [master, ...others] = threeHosts();
			const home = newHome();
			await writeFile(join(home.folder, 'locustfile.py'), users);
			const target = start(within(master, process.execPath, '-e', server), home.folder);
			await once(target.stdout!, 'data');
			for (const [index, host] of others.entries()) {
				const words = ['-f', '-', '--worker', '--master-host', `10.213.${index}.1`, '--master-port', '5557'];
				start(within(host, 'locust', ...words), newHome().folder);
			}

			const words = ['locustfile.py', '-u', '4', '-r', '8', '-H', 'http://10.213.0.1:3999', '-d', '2s'];
			const more = ['--master', '0.0.0.0:5557', '--expect-workers', '2', '--json', '--no-save'];
			const {code, stdout, stderr} = await outcomeOf(startCli(['locust', ...words, ...more], home, within(master)));
			expect([code, stderr.includes('Waiting for 2 workers of other hosts: locust -f - --worker')]).toEqual([0, true]);
			const [result] = reportSchema.parse(JSON.parse(stdout)).results;
			const workers = (result?.findings ?? []).filter(({kind}) => kind === 'worker');
			expect(workers.map(({subject}) => subject)).toEqual(['worker 1', 'worker 2']);
			const counts = workers.map(({figures}) => Number(figures.requests));
			expect(Math.min(...counts)).toBeGreaterThan(0);
			const kinds = result?.validity.reasons.map(({kind}) => kind) ?? [];
			expect(kinds.filter((kind) => /lost-worker|tool-disagrees|tool-silent|counts|ramp/.test(kind))).toEqual([]);
			expect(result?.summary.operations.succeeded).toBeGreaterThan(0);

			const asked = spawnSync('ip', [
				...within(master, process.execPath, '-e').slice(1),
				"fetch('http://10.213.0.1:3999/seen').then((reply) => reply.text()).then(console.log)",
			]);
			const missing = Number(String(asked.stdout)) - counts.reduce((sum, count) => sum + count, 0);
			// What was under way when it ended was seen by the target, and is told by nobody.
			expect(missing).toBeGreaterThanOrEqual(0);
			expect(missing).toBeLessThanOrEqual(4);
		},
	);
});
